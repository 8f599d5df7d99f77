package io.managedkeys.pkcs11.cryptoki;

/**
 * {@code CK_INFO}; texts without their padding.
 *
 * @param cryptokiVersion the version of Cryptoki the module claims, such as {@code 2.40}
 * @param manufacturer who made the module
 * @param description what it calls itself
 * @param libraryVersion its own version
 */
public record LibraryInfo(
    String cryptokiVersion, String manufacturer, String description, String libraryVersion) {}
