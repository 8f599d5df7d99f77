package io.managedkeys.pkcs11;

import io.managedkeys.InvalidConfigurationException;
import io.managedkeys.KeyType;
import io.managedkeys.UnsupportedKeyOperationException;
import io.managedkeys.Usage;
import io.managedkeys.pkcs11.cryptoki.Attribute;
import io.managedkeys.pkcs11.cryptoki.Cka;
import io.managedkeys.pkcs11.cryptoki.Ckk;
import io.managedkeys.pkcs11.cryptoki.Cko;
import io.managedkeys.spi.KeyConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What a new key may be: only what its entry's usages say, every other usage false; sensitive; not
 * extractable unless the entry says so, and then to be wrapped by trusted keys only unless the entry
 * says otherwise. The tag becomes the CKA_ID of a key whose entry names none.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record KeyTemplates(
    String label, byte[] id, Set<Usage> usages, boolean extractable, boolean wrapWithTrusted) {

  static KeyTemplates of(KeyConfig entry, UUID tag) {
    KeyObject object = KeyObject.of(entry.values());
    if (object.label() == null) {
      throw new InvalidConfigurationException("key-label: a new key needs a label");
    }
    return new KeyTemplates(
        object.label(),
        object.id() == null ? bytes(tag) : object.id(),
        entry.usages(),
        entry.values().isTrue(Pkcs11Fields.EXTRACTABLE),
        entry.values().isTrue(Pkcs11Fields.WRAP_WITH_TRUSTED));
  }

  static byte[] bytes(UUID tag) {
    return ByteBuffer.allocate(16)
        .putLong(tag.getMostSignificantBits())
        .putLong(tag.getLeastSignificantBits())
        .array();
  }

  private boolean may(Usage usage) {
    return usages.contains(usage);
  }

  private List<Attribute> named(long objectClass, long keyType) {
    List<Attribute> template = new ArrayList<>();
    template.add(Attribute.of(Cka.CLASS, objectClass));
    template.add(Attribute.of(Cka.KEY_TYPE, keyType));
    template.add(Attribute.of(Cka.TOKEN, true));
    template.add(Attribute.of(Cka.LABEL, label));
    template.add(Attribute.of(Cka.ID, id));
    return template;
  }

  private void guarded(List<Attribute> template) {
    template.add(Attribute.of(Cka.PRIVATE, true));
    template.add(Attribute.of(Cka.SENSITIVE, true));
    template.add(Attribute.of(Cka.EXTRACTABLE, extractable));
    if (extractable && wrapWithTrusted) {
      template.add(Attribute.of(Cka.WRAP_WITH_TRUSTED, true));
    }
  }

  static long keyType(KeyType type) {
    return switch (type.family()) {
      case "RSA" -> Ckk.RSA;
      case "EC" -> Ckk.EC;
      case "ED25519", "ED448" -> Ckk.EC_EDWARDS;
      case "AES" -> Ckk.AES;
      case "HMAC" -> Ckk.GENERIC_SECRET;
      default ->
          throw new UnsupportedKeyOperationException("keys of type " + type + " are not made here");
    };
  }

  List<Attribute> publicKey(KeyType type) {
    boolean rsa = type.family().equals("RSA");
    List<Attribute> template = named(Cko.PUBLIC_KEY, keyType(type));
    template.add(Attribute.of(Cka.PRIVATE, false));
    template.add(Attribute.of(Cka.VERIFY, may(Usage.SIGN) || may(Usage.VERIFY)));
    template.add(Attribute.of(Cka.ENCRYPT, rsa && (may(Usage.DECRYPT) || may(Usage.ENCRYPT))));
    template.add(Attribute.of(Cka.WRAP, rsa && (may(Usage.UNWRAP) || may(Usage.WRAP))));
    return template;
  }

  List<Attribute> privateKey(KeyType type) {
    boolean rsa = type.family().equals("RSA");
    List<Attribute> template = named(Cko.PRIVATE_KEY, keyType(type));
    guarded(template);
    template.add(Attribute.of(Cka.SIGN, may(Usage.SIGN)));
    template.add(Attribute.of(Cka.DECRYPT, rsa && may(Usage.DECRYPT)));
    template.add(Attribute.of(Cka.UNWRAP, rsa && may(Usage.UNWRAP)));
    template.add(Attribute.of(Cka.DERIVE, type.family().equals("EC") && may(Usage.AGREE)));
    return template;
  }

  List<Attribute> secretKey(KeyType type) {
    boolean aes = type.family().equals("AES");
    List<Attribute> template = named(Cko.SECRET_KEY, keyType(type));
    guarded(template);
    template.add(Attribute.of(Cka.ENCRYPT, aes && may(Usage.ENCRYPT)));
    template.add(Attribute.of(Cka.DECRYPT, aes && may(Usage.DECRYPT)));
    template.add(Attribute.of(Cka.WRAP, aes && may(Usage.WRAP)));
    template.add(Attribute.of(Cka.UNWRAP, aes && may(Usage.UNWRAP)));
    template.add(Attribute.of(Cka.SIGN, !aes && (may(Usage.MAC) || may(Usage.VERIFY_MAC))));
    template.add(Attribute.of(Cka.VERIFY, !aes && may(Usage.VERIFY_MAC)));
    template.add(Attribute.of(Cka.DERIVE, false));
    return template;
  }
}
