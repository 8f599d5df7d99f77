package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.CreateImportJobRequest;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.CryptoKeyVersion.CryptoKeyVersionState;
import com.google.cloud.kms.v1.GetImportJobRequest;
import com.google.cloud.kms.v1.ImportCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.ImportJob;
import com.google.cloud.kms.v1.ImportJob.ImportJobState;
import com.google.cloud.kms.v1.ImportJob.ImportMethod;
import com.google.cloud.kms.v1.ListImportJobsRequest;
import com.google.cloud.kms.v1.ListImportJobsResponse;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.protobuf.ByteString;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.NavigableMap;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.engines.RFC5649WrapEngine;
import org.bouncycastle.crypto.params.KeyParameter;

/** Import jobs, and the import of wrapped keys as new versions or again into destroyed ones. */
final class ImportMethods {
  private static final Duration JOB_LIFETIME = Duration.ofDays(3);

  private final Inventory inventory;
  private final SecureRandom random;

  ImportMethods(Inventory inventory, SecureRandom random) {
    this.inventory = inventory;
    this.random = random;
  }

  ImportJob createJob(CreateImportJobRequest request) {
    ImportJob asked = request.getImportJob();
    int bits = bits(asked.getImportMethod());
    if (asked.getProtectionLevel() != ProtectionLevel.HSM
        && asked.getProtectionLevel() != ProtectionLevel.SOFTWARE) {
      throw KmsFailure.invalidArgument("import_job.protection_level must be SOFTWARE or HSM.");
    }
    String name =
        ResourceNames.ring(request.getParent())
            + "/importJobs/"
            + ResourceNames.id("import_job_id", request.getImportJobId());
    KeyAlgorithm wrapping =
        KeyAlgorithm.of(
            bits == 3072
                ? CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_DECRYPT_OAEP_3072_SHA256
                : CryptoKeyVersion.CryptoKeyVersionAlgorithm.RSA_DECRYPT_OAEP_4096_SHA256);
    synchronized (inventory) {
      inventory.ring(request.getParent());
      if (inventory.jobs().containsKey(name)) {
        throw KmsFailure.alreadyExists(name);
      }
    }
    KeyMaterial.Pair pair = (KeyMaterial.Pair) KeyMaterial.generate(wrapping, random);
    synchronized (inventory) {
      Instant now = inventory.now();
      StoredImportJob job =
          new StoredImportJob(
              ImportJob.newBuilder()
                  .setName(name)
                  .setImportMethod(asked.getImportMethod())
                  .setProtectionLevel(asked.getProtectionLevel())
                  .setState(ImportJobState.ACTIVE)
                  .setCreateTime(Inventory.timestamp(now))
                  .setGenerateTime(Inventory.timestamp(now))
                  .setExpireTime(Inventory.timestamp(now.plus(JOB_LIFETIME)))
                  .setPublicKey(
                      ImportJob.WrappingPublicKey.newBuilder().setPem(Pem.publicKey(pair.spki())))
                  .build(),
              pair);
      if (inventory.jobs().putIfAbsent(name, job) != null) {
        throw KmsFailure.alreadyExists(name);
      }
      // The service answers before the wrapping key is there; clients must ask again.
      return job.proto().toBuilder()
          .setState(ImportJobState.PENDING_GENERATION)
          .clearPublicKey()
          .clearGenerateTime()
          .clearExpireTime()
          .build();
    }
  }

  ImportJob getJob(GetImportJobRequest request) {
    synchronized (inventory) {
      return inventory.job(request.getName()).at(inventory.now());
    }
  }

  ListImportJobsResponse listJobs(ListImportJobsRequest request) {
    synchronized (inventory) {
      String parent = inventory.ring(request.getParent()).getName();
      NavigableMap<String, StoredImportJob> jobs =
          KeyMethods.children(inventory.jobs(), parent + "/importJobs/");
      Page<ImportJob> page =
          Page.of(
              jobs,
              name -> name,
              job -> job.at(inventory.now()),
              request.getPageSize(),
              request.getPageToken(),
              request.getFilter(),
              request.getOrderBy());
      return ListImportJobsResponse.newBuilder()
          .addAllImportJobs(page.items())
          .setNextPageToken(page.nextToken())
          .setTotalSize(page.total())
          .build();
    }
  }

  CryptoKeyVersion importVersion(ImportCryptoKeyVersionRequest request) {
    KeyAlgorithm algorithm = KeyAlgorithm.of(request.getAlgorithm());
    ByteString wrapped =
        request.getWrappedKey().isEmpty() ? request.getRsaAesWrappedKey() : request.getWrappedKey();
    synchronized (inventory) {
      StoredKey key = inventory.key(request.getParent());
      StoredImportJob job = inventory.job(request.getImportJob());
      ImportJob shown = job.at(inventory.now());
      if (shown.getState() != ImportJobState.ACTIVE) {
        throw KmsFailure.precondition(
            shown.getName(), "IMPORT_JOB_" + shown.getState(), shown.getName() + " is not active.");
      }
      if (shown.getProtectionLevel() != key.proto().getVersionTemplate().getProtectionLevel()) {
        throw KmsFailure.invalidArgument(
            "The import job's protection level does not match the key's.");
      }
      if (algorithm.purpose() != key.proto().getPurpose()) {
        throw KmsFailure.invalidArgument(
            "Algorithm "
                + algorithm.id()
                + " does not match the purpose "
                + key.proto().getPurpose()
                + ".");
      }
      KeyMaterial material = KeyMaterial.imported(algorithm, unwrap(job, wrapped.toByteArray()));
      StoredVersion version = target(key, request, material);
      version.material(material);
      version.importedFingerprint(KeyMaterial.fingerprint(material));
      CryptoKeyVersion.Builder changed =
          version.proto().toBuilder()
              .setAlgorithm(algorithm.id())
              .setImportJob(shown.getName())
              .setImportTime(inventory.timestamp())
              .clearReimportEligible()
              .clearDestroyEventTime();
      version.proto(changed.setState(CryptoKeyVersionState.ENABLED).build());
      return changed.setState(CryptoKeyVersionState.PENDING_IMPORT).build();
    }
  }

  private StoredVersion target(
      StoredKey key, ImportCryptoKeyVersionRequest request, KeyMaterial material) {
    if (request.getCryptoKeyVersion().isEmpty()) {
      int number = key.nextNumber();
      StoredVersion version =
          new StoredVersion(
              CryptoKeyVersion.newBuilder()
                  .setName(key.proto().getName() + "/cryptoKeyVersions/" + number)
                  .setProtectionLevel(key.proto().getVersionTemplate().getProtectionLevel())
                  .setCreateTime(inventory.timestamp())
                  .build());
      key.versions().put(number, version);
      return version;
    }
    StoredVersion version = inventory.version(request.getCryptoKeyVersion());
    String before = version.importedFingerprint();
    if (!ResourceNames.parent(request.getCryptoKeyVersion()).equals(request.getParent())
        || before == null
        || version.proto().getState() != CryptoKeyVersionState.DESTROYED) {
      throw KmsFailure.precondition(
          request.getCryptoKeyVersion(),
          "KEY_NOT_REIMPORTABLE",
          request.getCryptoKeyVersion() + " is not eligible for reimport.");
    }
    if (!before.equals(KeyMaterial.fingerprint(material))
        || version.proto().getAlgorithm() != request.getAlgorithm()) {
      throw KmsFailure.invalidArgument(
          "The key material or the algorithm differs from what the version held before.");
    }
    return version;
  }

  private static byte[] unwrap(StoredImportJob job, byte[] wrapped) {
    ImportMethod method = job.proto().getImportMethod();
    String hash = method.name().contains("SHA1") ? "SHA-1" : "SHA-256";
    int modulus = bits(method) / 8;
    boolean aes = method.name().endsWith("_AES_256");
    if (aes ? wrapped.length <= modulus : wrapped.length != modulus) {
      throw KmsFailure.invalidArgument("The wrapped key has the wrong length.");
    }
    byte[] first =
        Oaep.decrypt(hash, job.wrappingKey().privateKey(), Arrays.copyOf(wrapped, modulus));
    if (!aes) {
      return first;
    }
    try {
      RFC5649WrapEngine kwp = new RFC5649WrapEngine(AESEngine.newInstance());
      kwp.init(false, new KeyParameter(first));
      return kwp.unwrap(wrapped, modulus, wrapped.length - modulus);
    } catch (InvalidCipherTextException | IllegalArgumentException e) {
      throw KmsFailure.invalidArgument("The wrapped key cannot be unwrapped.");
    }
  }

  private static int bits(ImportMethod method) {
    return switch (method) {
      case RSA_OAEP_3072_SHA1_AES_256, RSA_OAEP_3072_SHA256_AES_256, RSA_OAEP_3072_SHA256 -> 3072;
      case RSA_OAEP_4096_SHA1_AES_256, RSA_OAEP_4096_SHA256_AES_256, RSA_OAEP_4096_SHA256 -> 4096;
      default ->
          throw KmsFailure.invalidArgument(
              "Import method " + method + " is not supported by this test server.");
    };
  }
}
