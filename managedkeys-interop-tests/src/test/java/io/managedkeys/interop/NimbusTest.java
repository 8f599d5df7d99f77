package io.managedkeys.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSADecrypter;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Nimbus JOSE+JWT; what it signs is checked by the JDK over the token's own characters. */
@ExtendWith(BackendFixture.Lifecycle.class)
class NimbusTest {

  static List<Arguments> byProviderObject() {
    List<Arguments> cases = new ArrayList<>();
    for (BackendKind kind : BackendKind.values()) {
      for (String algorithm : List.of("RS256", "RS512", "PS256", "PS512", "ES256")) {
        cases.add(Arguments.of(kind, algorithm));
      }
    }
    return cases;
  }

  @ParameterizedTest
  @MethodSource("byProviderObject")
  void signsWithTheProviderAsAnObject(BackendKind kind, String algorithm) throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    JWSSigner signer = signer(fixture, algorithm);
    signer.getJCAContext().setProvider(fixture.provider);
    assertVerifies(fixture, algorithm, token(signer, algorithm));
  }

  @ParameterizedTest
  @CsvSource({
    "LOCAL, FRONT, RS256",
    "LOCAL, FRONT, PS256",
    "LOCAL, FRONT, ES256",
    "LOCAL, END, RS256",
    "LOCAL, END, ES256",
    "SOFTHSM, FRONT, RS256",
    "SOFTHSM, FRONT, PS256",
    "SOFTHSM, FRONT, ES256",
    "SOFTHSM, END, RS256",
    "SOFTHSM, END, ES256",
  })
  void signsWithTheProviderRegistered(BackendKind kind, Position position, String algorithm)
      throws Exception {
    BackendFixture fixture = BackendFixture.of(kind);
    try (var registered = position.register(fixture.provider)) {
      assertVerifies(fixture, algorithm, token(signer(fixture, algorithm), algorithm));
    }
  }

  /** On the local backend alone: SoftHSM has OAEP with SHA-1 only, and Nimbus has given that up. */
  @Test
  void decryptsWithTheProviderAsAnObject() throws Exception {
    BackendFixture fixture = BackendFixture.of(BackendKind.LOCAL);
    JWEObject sent =
        new JWEObject(
            new JWEHeader(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A256GCM),
            new Payload("for your eyes only"));
    sent.encrypt(new RSAEncrypter((RSAPublicKey) fixture.publicKey("rsa-enc")));
    RSADecrypter decrypter = new RSADecrypter(fixture.privateKey("rsa-enc"));
    decrypter.getJCAContext().setKeyEncryptionProvider(fixture.provider);
    JWEObject received = JWEObject.parse(sent.serialize());
    received.decrypt(decrypter);
    assertThat(received.getPayload().toString()).isEqualTo("for your eyes only");
  }

  private static JWSSigner signer(BackendFixture fixture, String algorithm) throws Exception {
    return algorithm.startsWith("ES")
        ? new ECDSASigner(fixture.privateKey("ec"), Curve.P_256)
        : new RSASSASigner(fixture.privateKey("rsa"));
  }

  private static String token(JWSSigner signer, String algorithm) throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader(JWSAlgorithm.parse(algorithm)),
            new JWTClaimsSet.Builder().subject("alice").build());
    jwt.sign(signer);
    return jwt.serialize();
  }

  private static void assertVerifies(BackendFixture fixture, String algorithm, String token)
      throws Exception {
    String[] parts = token.split("\\.");
    String bits = algorithm.substring(2);
    String name =
        switch (algorithm.substring(0, 2)) {
          case "RS" -> "SHA" + bits + "withRSA";
          case "PS" -> "RSASSA-PSS";
          default -> "SHA" + bits + "withECDSAinP1363Format";
        };
    Signature verifier = Signature.getInstance(name);
    if (algorithm.startsWith("PS")) {
      String hash = "SHA-" + bits;
      verifier.setParameter(
          new PSSParameterSpec(
              hash, "MGF1", new MGF1ParameterSpec(hash), Integer.parseInt(bits) / 8, 1));
    }
    verifier.initVerify(fixture.publicKey(algorithm.startsWith("ES") ? "ec" : "rsa"));
    verifier.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    assertThat(verifier.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
  }
}
