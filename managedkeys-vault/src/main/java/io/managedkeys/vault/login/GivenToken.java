package io.managedkeys.vault.login;

import io.managedkeys.SecretBytes;
import io.managedkeys.vault.client.VaultRequest;
import org.jspecify.annotations.Nullable;

/** A token that the operator gave, or that an agent keeps in a file. */
final class GivenToken implements LoginMethod {

  private final Credential token;

  GivenToken(Credential token) {
    this.token = token;
  }

  @Override
  public String name() {
    return "token";
  }

  @Override
  public @Nullable VaultRequest request() {
    return null;
  }

  @Override
  public SecretBytes token() {
    return token.read();
  }

  @Override
  public boolean repeatable() {
    return token.fromFile();
  }

  @Override
  public void close() {
    token.close();
  }
}
