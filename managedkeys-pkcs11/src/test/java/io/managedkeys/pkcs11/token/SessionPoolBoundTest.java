package io.managedkeys.pkcs11.token;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SessionPoolBoundTest {

  @ParameterizedTest
  @CsvSource({
    // no limit, unknown and what opencryptoki writes
    "16, 0, 16",
    "16, -1, 16",
    "16, -2, 16",
    // 32-bit forms of the last two
    "16, 4294967295, 16",
    "16, 4294967294, 16",
    // a real limit, of which the anchor needs one
    "16, 8, 7",
    "16, 2, 1",
    "16, 1024, 16",
    // a token that says one has no room for an anchor and must be tried
    "16, 1, 16"
  })
  void theTokensWordIsBelievedOnlyWhereItIsSmallerAndSane(
      int configured, long reported, int bound) {
    assertThat(SessionPool.bound(configured, reported)).isEqualTo(bound);
  }
}
