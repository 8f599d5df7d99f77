package io.managedkeys.testkit.gcpkms;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The service's resource names, checked before they are looked up. */
final class ResourceNames {
  private static final String LOCATION = "projects/[^/]+/locations/[^/]+";
  private static final String ID = "[a-zA-Z0-9_-]{1,63}";
  private static final String RING = LOCATION + "/keyRings/" + ID;
  private static final String KEY = RING + "/cryptoKeys/" + ID;
  private static final String VERSION = KEY + "/cryptoKeyVersions/[1-9][0-9]{0,9}";

  private static final Pattern LOCATION_NAME = Pattern.compile(LOCATION);
  private static final Pattern RING_NAME = Pattern.compile(RING);
  private static final Pattern KEY_NAME = Pattern.compile(KEY);
  private static final Pattern VERSION_NAME = Pattern.compile(VERSION);
  private static final Pattern JOB_NAME = Pattern.compile(RING + "/importJobs/" + ID);
  private static final Pattern RESOURCE_ID = Pattern.compile(ID);

  private ResourceNames() {}

  static String location(String name) {
    return checked(LOCATION_NAME, name, "a location name");
  }

  static String ring(String name) {
    return checked(RING_NAME, name, "a KeyRing name");
  }

  static String key(String name) {
    return checked(KEY_NAME, name, "a CryptoKey name");
  }

  static String version(String name) {
    return checked(VERSION_NAME, name, "a CryptoKeyVersion name");
  }

  static String job(String name) {
    return checked(JOB_NAME, name, "an ImportJob name");
  }

  static String id(String field, String id) {
    Matcher matcher = RESOURCE_ID.matcher(id);
    if (!matcher.matches()) {
      throw KmsFailure.invalidArgument(
          "'" + id + "' is not a valid " + field + ": it must match [a-zA-Z0-9_-]{1,63}.");
    }
    return id;
  }

  static boolean isVersion(String name) {
    return VERSION_NAME.matcher(name).matches();
  }

  /** The name of the resource that holds this one: two segments shorter. */
  static String parent(String name) {
    int last = name.lastIndexOf('/');
    return name.substring(0, name.lastIndexOf('/', last - 1));
  }

  static int versionNumber(String versionName) {
    return Integer.parseInt(versionName.substring(versionName.lastIndexOf('/') + 1));
  }

  private static String checked(Pattern pattern, String name, String what) {
    if (!pattern.matcher(name).matches()) {
      throw KmsFailure.invalidArgument("'" + name + "' is not " + what + ".");
    }
    return name;
  }
}
