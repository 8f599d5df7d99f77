package io.managedkeys.awskms;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleWithWebIdentityCredentialsProvider;
import software.amazon.awssdk.services.sts.model.AssumeRoleWithWebIdentityRequest;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The credentials of one backend, from the place its settings name. Temporary ones are renewed by the
 * SDK before they expire. A failure to get any is marked, so that it is told apart from a failure of
 * the request that needed them.
 */
final class CredentialSource implements AwsCredentialsProvider, SdkAutoCloseable {
  /** Marks that there were no credentials to sign a request with. */
  static final class NoCredentialsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoCredentialsException(SdkException cause) {
      super("no credentials", cause);
    }
  }

  private final AwsCredentialsProvider provider;
  private final Deque<SdkAutoCloseable> owned;

  private CredentialSource(AwsCredentialsProvider provider, Deque<SdkAutoCloseable> owned) {
    this.provider = provider;
    this.owned = owned;
  }

  /** Builds the source; {@code sts} makes a client when a role has to be assumed. */
  static CredentialSource of(ClientSettings settings, StsClientMaker sts) {
    Deque<SdkAutoCloseable> owned = new ArrayDeque<>();
    ClientSettings.Role role = settings.role();
    if (settings.credentials() instanceof ClientSettings.WebIdentity web && role != null) {
      StsClient client = sts.make(AnonymousCredentialsProvider.create());
      owned.push(client);
      return new CredentialSource(own(owned, webIdentity(client, web, role)), owned);
    }
    AwsCredentialsProvider base = base(settings.credentials());
    if (base instanceof SdkAutoCloseable closeable) {
      owned.push(closeable);
    }
    if (role == null) {
      return new CredentialSource(base, owned);
    }
    StsClient client = sts.make(base);
    owned.push(client);
    return new CredentialSource(
        own(
            owned,
            StsAssumeRoleCredentialsProvider.builder()
                .stsClient(client)
                .refreshRequest(
                    request ->
                        request
                            .roleArn(role.arn())
                            .roleSessionName(role.sessionName())
                            .externalId(role.externalId()))
                .build()),
        owned);
  }

  /** Makes an STS client that signs with the given credentials. */
  @FunctionalInterface
  interface StsClientMaker {
    StsClient make(AwsCredentialsProvider credentials);
  }

  private static StsAssumeRoleWithWebIdentityCredentialsProvider webIdentity(
      StsClient client, ClientSettings.WebIdentity web, ClientSettings.Role role) {
    return StsAssumeRoleWithWebIdentityCredentialsProvider.builder()
        .stsClient(client)
        // Read anew for every renewal: the platform replaces the token's file.
        .refreshRequest(
            () ->
                AssumeRoleWithWebIdentityRequest.builder()
                    .roleArn(role.arn())
                    .roleSessionName(role.sessionName())
                    .webIdentityToken(TokenFile.read(web.tokenFile()))
                    .build())
        .build();
  }

  private static AwsCredentialsProvider base(ClientSettings.Credentials credentials) {
    if (credentials instanceof ClientSettings.Static fixed) {
      String token = fixed.sessionToken();
      return StaticCredentialsProvider.create(
          token == null
              ? AwsBasicCredentials.create(fixed.accessKey(), fixed.secretKey())
              : AwsSessionCredentials.create(fixed.accessKey(), fixed.secretKey(), token));
    }
    if (credentials instanceof ClientSettings.Profile profile) {
      ProfileCredentialsProvider.Builder builder =
          ProfileCredentialsProvider.builder().profileName(profile.name());
      @Nullable Path file = profile.file();
      if (file != null) {
        builder.profileFile(
            ProfileFile.builder().content(file).type(ProfileFile.Type.CREDENTIALS).build());
      }
      return builder.build();
    }
    return DefaultCredentialsProvider.builder().build();
  }

  private static <P extends AwsCredentialsProvider & SdkAutoCloseable> P own(
      Deque<SdkAutoCloseable> owned, P provider) {
    owned.push(provider);
    return provider;
  }

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      return provider.resolveCredentials();
    } catch (SdkException e) {
      throw new NoCredentialsException(e);
    }
  }

  @Override
  public void close() {
    owned.forEach(SdkAutoCloseable::close);
  }
}
