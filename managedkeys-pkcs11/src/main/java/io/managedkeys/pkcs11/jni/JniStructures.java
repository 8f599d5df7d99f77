package io.managedkeys.pkcs11.jni;

import iaik.pkcs.pkcs11.wrapper.CK_ATTRIBUTE;
import iaik.pkcs.pkcs11.wrapper.CK_ECDH1_DERIVE_PARAMS;
import iaik.pkcs.pkcs11.wrapper.CK_GCM_PARAMS;
import iaik.pkcs.pkcs11.wrapper.CK_MECHANISM;
import iaik.pkcs.pkcs11.wrapper.CK_RSA_AES_KEY_WRAP_PARAMS;
import iaik.pkcs.pkcs11.wrapper.CK_RSA_PKCS_OAEP_PARAMS;
import iaik.pkcs.pkcs11.wrapper.CK_RSA_PKCS_PSS_PARAMS;
import iaik.pkcs.pkcs11.wrapper.CK_TOKEN_INFO;
import iaik.pkcs.pkcs11.wrapper.CK_VERSION;
import io.managedkeys.pkcs11.cryptoki.Attribute;
import io.managedkeys.pkcs11.cryptoki.Mechanism;
import io.managedkeys.pkcs11.cryptoki.TokenInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Our values as the wrapper's structures, and back. */
final class JniStructures {

  private static final long CKZ_DATA_SPECIFIED = 1;
  private static final long CKD_NULL = 1;

  private JniStructures() {}

  static CK_ATTRIBUTE[] attributes(List<Attribute> template) {
    CK_ATTRIBUTE[] all = new CK_ATTRIBUTE[template.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = new CK_ATTRIBUTE();
      all[i].type = template.get(i).type();
      all[i].pValue = template.get(i).value();
    }
    return all;
  }

  static CK_MECHANISM mechanism(Mechanism mechanism) {
    CK_MECHANISM structure = new CK_MECHANISM();
    structure.mechanism = mechanism.type();
    structure.pParameter = parameters(mechanism.parameters());
    return structure;
  }

  private static @Nullable Object parameters(Mechanism.@Nullable Parameters parameters) {
    if (parameters == null) {
      return null;
    }
    if (parameters instanceof Mechanism.Pss pss) {
      CK_RSA_PKCS_PSS_PARAMS structure = new CK_RSA_PKCS_PSS_PARAMS();
      structure.hashAlg = pss.hashMechanism();
      structure.mgf = pss.mgf();
      structure.sLen = pss.saltLength();
      return structure;
    }
    if (parameters instanceof Mechanism.Oaep oaep) {
      return oaep(oaep);
    }
    if (parameters instanceof Mechanism.Gcm gcm) {
      CK_GCM_PARAMS structure = new CK_GCM_PARAMS();
      structure.pIv = gcm.iv();
      structure.pAAD = gcm.aad();
      structure.ulTagBits = gcm.tagBits();
      return structure;
    }
    if (parameters instanceof Mechanism.Iv iv) {
      return iv.iv();
    }
    if (parameters instanceof Mechanism.Ecdh1 ecdh) {
      CK_ECDH1_DERIVE_PARAMS structure = new CK_ECDH1_DERIVE_PARAMS();
      structure.kdf = CKD_NULL;
      structure.pPublicData = ecdh.publicData();
      return structure;
    }
    if (parameters instanceof Mechanism.RsaAesWrap wrap) {
      CK_RSA_AES_KEY_WRAP_PARAMS structure = new CK_RSA_AES_KEY_WRAP_PARAMS();
      structure.ulAESKeyBits = wrap.aesBits();
      structure.pOAEPParams = oaep(wrap.oaep());
      return structure;
    }
    throw new IllegalArgumentException("parameters unknown to this binding: " + parameters);
  }

  private static CK_RSA_PKCS_OAEP_PARAMS oaep(Mechanism.Oaep oaep) {
    CK_RSA_PKCS_OAEP_PARAMS structure = new CK_RSA_PKCS_OAEP_PARAMS();
    structure.hashAlg = oaep.hashMechanism();
    structure.mgf = oaep.mgf();
    structure.source = CKZ_DATA_SPECIFIED;
    return structure;
  }

  static TokenInfo tokenInfo(CK_TOKEN_INFO info) {
    return new TokenInfo(
        text(info.label),
        text(info.manufacturerID),
        text(info.model),
        text(info.serialNumber),
        info.flags,
        info.ulMaxSessionCount,
        info.ulSessionCount,
        info.ulMaxRwSessionCount,
        version(info.firmwareVersion));
  }

  static String version(CK_VERSION version) {
    return (version.major & 0xFF) + "." + (version.minor & 0xFF);
  }

  /** Padding, and the NUL bytes that some modules pad with, cut off. */
  static String text(char[] padded) {
    int end = padded.length;
    while (end > 0 && (padded[end - 1] == ' ' || padded[end - 1] == 0)) {
      end--;
    }
    return new String(padded, 0, end);
  }

  /** What the wrapper made of an attribute's bytes, as bytes again. */
  static byte @Nullable [] bytes(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof byte[] bytes) {
      return bytes;
    }
    if (value instanceof char[] chars) {
      return new String(chars).getBytes(StandardCharsets.UTF_8);
    }
    throw new IllegalStateException("attribute read as " + value.getClass().getSimpleName());
  }
}
