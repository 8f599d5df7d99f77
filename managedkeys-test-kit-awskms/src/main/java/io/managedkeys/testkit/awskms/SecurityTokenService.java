package io.managedkeys.testkit.awskms;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The two operations of AWS STS that give a KMS client its credentials: AssumeRole (signed) and
 * AssumeRoleWithWebIdentity (not signed), in the query protocol. Any role and any token are taken.
 */
final class SecurityTokenService {
  private final Credentials credentials;
  private final Clock clock;

  SecurityTokenService(Credentials credentials, Clock clock) {
    this.credentials = credentials;
    this.clock = clock;
  }

  static Map<String, String> form(byte[] body) {
    Map<String, String> form = new HashMap<>();
    for (String pair : new String(body, StandardCharsets.UTF_8).split("&")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        form.put(
            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return form;
  }

  /** The answer's XML. */
  String answer(String action, Map<String, String> form, String requestId) {
    String role = form.get("RoleArn");
    String session = form.get("RoleSessionName");
    if (role == null || session == null) {
      throw ServiceError.client("ValidationError", "RoleArn and RoleSessionName are required");
    }
    if (action.equals("AssumeRoleWithWebIdentity")
        && form.getOrDefault("WebIdentityToken", "").isEmpty()) {
      throw ServiceError.client("InvalidIdentityToken", "No WebIdentityToken");
    }
    Instant expires =
        clock
            .instant()
            .plus(Duration.ofSeconds(Long.parseLong(form.getOrDefault("DurationSeconds", "3600"))));
    Credentials.AccessKey key = credentials.temporary(expires);
    return """
        <%1$sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <%1$sResult>
            <AssumedRoleUser><Arn>%2$s</Arn><AssumedRoleId>AROATESTKIT:%3$s</AssumedRoleId></AssumedRoleUser>
            <Credentials>
              <AccessKeyId>%4$s</AccessKeyId>
              <SecretAccessKey>%5$s</SecretAccessKey>
              <SessionToken>%6$s</SessionToken>
              <Expiration>%7$s</Expiration>
            </Credentials>
          </%1$sResult>
          <ResponseMetadata><RequestId>%8$s</RequestId></ResponseMetadata>
        </%1$sResponse>
        """
        .formatted(
            action,
            escape(role),
            escape(session),
            key.id(),
            key.secret(),
            key.sessionToken(),
            expires,
            requestId);
  }

  static String error(ServiceError error, String requestId) {
    return """
        <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
          <Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error>
          <RequestId>%s</RequestId>
        </ErrorResponse>
        """
        .formatted(error.code(), escape(String.valueOf(error.getMessage())), requestId);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
