package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.AsymmetricDecryptRequest;
import com.google.cloud.kms.v1.AsymmetricSignRequest;
import com.google.cloud.kms.v1.CreateCryptoKeyRequest;
import com.google.cloud.kms.v1.CreateCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.CreateImportJobRequest;
import com.google.cloud.kms.v1.CreateKeyRingRequest;
import com.google.cloud.kms.v1.DecryptRequest;
import com.google.cloud.kms.v1.DestroyCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.EncryptRequest;
import com.google.cloud.kms.v1.GenerateRandomBytesRequest;
import com.google.cloud.kms.v1.GetCryptoKeyRequest;
import com.google.cloud.kms.v1.GetCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.GetImportJobRequest;
import com.google.cloud.kms.v1.GetKeyRingRequest;
import com.google.cloud.kms.v1.GetPublicKeyRequest;
import com.google.cloud.kms.v1.ImportCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.ListCryptoKeyVersionsRequest;
import com.google.cloud.kms.v1.ListCryptoKeysRequest;
import com.google.cloud.kms.v1.ListImportJobsRequest;
import com.google.cloud.kms.v1.ListKeyRingsRequest;
import com.google.cloud.kms.v1.MacSignRequest;
import com.google.cloud.kms.v1.MacVerifyRequest;
import com.google.cloud.kms.v1.RawDecryptRequest;
import com.google.cloud.kms.v1.RawEncryptRequest;
import com.google.cloud.kms.v1.RestoreCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.UpdateCryptoKeyPrimaryVersionRequest;
import com.google.cloud.kms.v1.UpdateCryptoKeyRequest;
import com.google.cloud.kms.v1.UpdateCryptoKeyVersionRequest;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** The service's methods by name, each with its messages and its handler. */
final class ServiceMethods {
  /** The service as its own .proto describes it. */
  static final ServiceDescriptor SERVICE =
      EncryptRequest.getDescriptor().getFile().findServiceByName("KeyManagementService");

  /**
   * One method.
   *
   * @param request an empty request, to parse with
   * @param response an empty answer, to parse with
   */
  record Method(
      MethodDescriptor descriptor,
      Message request,
      Message response,
      Function<Message, Message> handler) {
    String name() {
      return descriptor.getName();
    }
  }

  private final Map<String, Method> methods = new LinkedHashMap<>();

  ServiceMethods(Inventory inventory, Executor generator, SecureRandom random) {
    VersionMethods versions = new VersionMethods(inventory, generator, random);
    KeyMethods keys = new KeyMethods(inventory, versions);
    ImportMethods imports = new ImportMethods(inventory, random);
    SymmetricMethods symmetric = new SymmetricMethods(inventory, random);
    RawMethods raw = new RawMethods(inventory, random);
    AsymmetricMethods asymmetric = new AsymmetricMethods(inventory, random);
    MacMethods mac = new MacMethods(inventory, random);

    add("CreateKeyRing", CreateKeyRingRequest.class, keys::createRing);
    add("GetKeyRing", GetKeyRingRequest.class, keys::getRing);
    add("ListKeyRings", ListKeyRingsRequest.class, keys::listRings);
    add("CreateCryptoKey", CreateCryptoKeyRequest.class, keys::createKey);
    add("GetCryptoKey", GetCryptoKeyRequest.class, keys::getKey);
    add("ListCryptoKeys", ListCryptoKeysRequest.class, keys::listKeys);
    add("UpdateCryptoKey", UpdateCryptoKeyRequest.class, keys::updateKey);
    add(
        "UpdateCryptoKeyPrimaryVersion",
        UpdateCryptoKeyPrimaryVersionRequest.class,
        keys::updatePrimary);
    add("CreateCryptoKeyVersion", CreateCryptoKeyVersionRequest.class, versions::create);
    add("GetCryptoKeyVersion", GetCryptoKeyVersionRequest.class, versions::get);
    add("ListCryptoKeyVersions", ListCryptoKeyVersionsRequest.class, versions::list);
    add("UpdateCryptoKeyVersion", UpdateCryptoKeyVersionRequest.class, versions::update);
    add("DestroyCryptoKeyVersion", DestroyCryptoKeyVersionRequest.class, versions::destroy);
    add("RestoreCryptoKeyVersion", RestoreCryptoKeyVersionRequest.class, versions::restore);
    add("CreateImportJob", CreateImportJobRequest.class, imports::createJob);
    add("GetImportJob", GetImportJobRequest.class, imports::getJob);
    add("ListImportJobs", ListImportJobsRequest.class, imports::listJobs);
    add("ImportCryptoKeyVersion", ImportCryptoKeyVersionRequest.class, imports::importVersion);
    add("Encrypt", EncryptRequest.class, symmetric::encrypt);
    add("Decrypt", DecryptRequest.class, symmetric::decrypt);
    add("RawEncrypt", RawEncryptRequest.class, raw::encrypt);
    add("RawDecrypt", RawDecryptRequest.class, raw::decrypt);
    add("GetPublicKey", GetPublicKeyRequest.class, asymmetric::publicKey);
    add("AsymmetricSign", AsymmetricSignRequest.class, asymmetric::sign);
    add("AsymmetricDecrypt", AsymmetricDecryptRequest.class, asymmetric::decrypt);
    add("MacSign", MacSignRequest.class, mac::sign);
    add("MacVerify", MacVerifyRequest.class, mac::verify);
    add("GenerateRandomBytes", GenerateRandomBytesRequest.class, mac::randomBytes);
    for (MethodDescriptor descriptor : SERVICE.getMethods()) {
      methods.computeIfAbsent(
          descriptor.getName(),
          name ->
              new Method(
                  descriptor,
                  instance(descriptor.getInputType().getFullName()),
                  Empty.getDefaultInstance(),
                  request -> {
                    throw KmsFailure.unimplemented(name);
                  }));
    }
  }

  Map<String, Method> all() {
    return methods;
  }

  Method method(String name) {
    Method method = methods.get(name);
    if (method == null) {
      throw new IllegalArgumentException(
          "KeyManagementService has no method " + name + "; it has " + methods.keySet());
    }
    return method;
  }

  private <Q extends Message> void add(
      String name, Class<Q> request, Function<Q, ? extends Message> handler) {
    MethodDescriptor descriptor = SERVICE.findMethodByName(name);
    methods.put(
        name,
        new Method(
            descriptor,
            instance(request.getName()),
            instance("com.google.cloud.kms.v1." + descriptor.getOutputType().getName()),
            message -> handler.apply(request.cast(message))));
  }

  /** The default instance of a generated message: every one has a static getter for it. */
  private static Message instance(String type) {
    String name = type.startsWith("google.cloud.kms.v1.") ? "com." + type : type;
    try {
      return (Message) Class.forName(name).getMethod("getDefaultInstance").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("No generated message " + name, e);
    }
  }
}
