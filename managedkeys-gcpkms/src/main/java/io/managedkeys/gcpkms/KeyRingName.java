package io.managedkeys.gcpkms;

import io.managedkeys.InvalidConfigurationException;
import java.util.regex.Pattern;

/**
 * A key ring and the names in it.
 *
 * @param project the project's id or number
 * @param location a region, a multi-region or {@code global}
 * @param ring the key ring's id
 */
record KeyRingName(String project, String location, String ring) {
  private static final Pattern ID = Pattern.compile("[a-zA-Z0-9_-]{1,63}");
  private static final Pattern PROJECT = Pattern.compile("[a-z0-9][a-z0-9.:_-]{0,127}");
  private static final Pattern LOCATION = Pattern.compile("[a-z0-9-]{1,63}");

  KeyRingName {
    check("project", PROJECT, project);
    check("location", LOCATION, location);
    check("key-ring", ID, ring);
  }

  /** The resource name of the location, for what needs no key ring. */
  String locationName() {
    return "projects/" + project + "/locations/" + location;
  }

  /** The resource name of the key ring. */
  String name() {
    return locationName() + "/keyRings/" + ring;
  }

  /**
   * The resource name of a crypto key in this ring.
   *
   * @throws InvalidConfigurationException if the id is not one
   */
  String key(String id) {
    check("crypto-key", ID, id);
    return name() + "/cryptoKeys/" + id;
  }

  /** The resource name of a version of a crypto key. */
  static String version(String keyName, String version) {
    return keyName + "/cryptoKeyVersions/" + version;
  }

  /** The crypto key of a version's name. */
  static String keyOf(String versionName) {
    return versionName.substring(0, versionName.lastIndexOf("/cryptoKeyVersions/"));
  }

  /** The last segment of a resource name: a key's id or a version's number. */
  static String last(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  private static void check(String field, Pattern pattern, String value) {
    if (!pattern.matcher(value).matches()) {
      throw new InvalidConfigurationException(
          "field \"" + field + "\" must match " + pattern + "; give the id alone, not a path");
    }
  }
}
