package io.managedkeys.pkcs11.cryptoki;

/**
 * {@code CK_SLOT_INFO}; texts without their padding.
 *
 * @param description the slot's description
 * @param manufacturer who made it
 * @param flags 1 token present, 2 removable, 4 hardware
 */
public record SlotInfo(String description, String manufacturer, long flags) {}
