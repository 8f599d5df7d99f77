package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.CreateImportJobRequest;
import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.GetImportJobRequest;
import com.google.cloud.kms.v1.ImportCryptoKeyVersionRequest;
import com.google.cloud.kms.v1.ImportJob;
import com.google.cloud.kms.v1.ImportJob.ImportJobState;
import com.google.cloud.kms.v1.ImportJob.ImportMethod;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.ProtectionLevel;
import com.google.protobuf.ByteString;
import io.managedkeys.BackendUnavailableException;
import io.managedkeys.SecretBytes;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.spi.CallContext;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * The service's import: a job with a wrapping key, the material under OAEP(AES-256) ‖ KWP (RFC 5649,
 * the form of CKM_RSA_AES_KEY_WRAP), and the import itself. A job expires by itself after three days
 * and cannot be deleted, so each attempt makes one of its own, named after its tag.
 */
final class ImportProtocol {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final ServiceClient client;
  private final SecureRandom random = new SecureRandom();

  ImportProtocol(ServiceClient client) {
    this.client = client;
  }

  /** Makes a job and waits for its wrapping key. */
  ImportJob job(String ring, UUID tag, ProtectionLevel protectionLevel, CallContext context) {
    ImportJob created =
        client.call(
            KeyManagementServiceClient::createImportJobCallable,
            CreateImportJobRequest.newBuilder()
                .setParent(ring)
                .setImportJobId(
                    "managedkeys-" + tag + "-" + HexFormat.of().toHexDigits(random.nextInt()))
                .setImportJob(
                    ImportJob.newBuilder()
                        .setImportMethod(ImportMethod.RSA_OAEP_3072_SHA256_AES_256)
                        .setProtectionLevel(protectionLevel))
                .build(),
            Failures.of("creating an import job in " + ring, "cloudkms.importJobs.create"),
            context);
    Failures failures = Failures.of("waiting for " + created.getName(), "cloudkms.importJobs.get");
    ImportJob job = created;
    while (job.getState() == ImportJobState.PENDING_GENERATION) {
      job =
          client.call(
              KeyManagementServiceClient::getImportJobCallable,
              GetImportJobRequest.newBuilder().setName(created.getName()).build(),
              failures,
              context);
      if (job.getState() == ImportJobState.PENDING_GENERATION) {
        VersionStates.sleep(PAUSE, created.getName(), context);
      }
    }
    if (job.getState() != ImportJobState.ACTIVE) {
      throw new BackendUnavailableException(
          job.getName() + " has become " + job.getState() + " before it was used");
    }
    return job;
  }

  /** The material as the job's wrapping key protects it. */
  ByteString wrap(ImportJob job, SecretBytes material) {
    byte[] ephemeral = new byte[32];
    random.nextBytes(ephemeral);
    byte[] bytes = material.copy();
    try {
      Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
      oaep.init(
          Cipher.ENCRYPT_MODE,
          wrappingKey(job),
          new OAEPParameterSpec(
              "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
      Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
      kwp.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(ephemeral, "AES"));
      return ByteString.copyFrom(oaep.doFinal(ephemeral))
          .concat(ByteString.copyFrom(kwp.doFinal(bytes)));
    } catch (GeneralSecurityException e) {
      throw new UnsupportedKeyOperationException(
          "this JDK cannot wrap key material with RSA-OAEP and AES-KWP", e);
    } finally {
      Arrays.fill(ephemeral, (byte) 0);
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static PublicKey wrappingKey(ImportJob job) throws GeneralSecurityException {
    String pem = job.getPublicKey().getPem();
    byte[] spki = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(spki));
  }

  /** Imports wrapped material as a new version. */
  CryptoKeyVersion run(
      String keyName,
      ImportJob job,
      VersionAlgorithm algorithm,
      ByteString wrapped,
      CallContext context) {
    return client.call(
        KeyManagementServiceClient::importCryptoKeyVersionCallable,
        ImportCryptoKeyVersionRequest.newBuilder()
            .setParent(keyName)
            .setImportJob(job.getName())
            .setAlgorithm(algorithm.id())
            .setWrappedKey(wrapped)
            .build(),
        Failures.of(
            "importing into " + keyName,
            "cloudkms.cryptoKeyVersions.create and cloudkms.importJobs.useToImport"),
        context);
  }
}
