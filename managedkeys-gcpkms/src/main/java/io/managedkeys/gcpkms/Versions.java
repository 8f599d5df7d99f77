package io.managedkeys.gcpkms;

import com.google.cloud.kms.v1.CryptoKeyVersion;
import com.google.cloud.kms.v1.KeyManagementServiceClient;
import com.google.cloud.kms.v1.ListCryptoKeyVersionsRequest;
import com.google.cloud.kms.v1.ListCryptoKeyVersionsResponse;
import io.managedkeys.spi.CallContext;
import java.util.ArrayList;
import java.util.List;

/** Lists a crypto key's versions, page by page, in the service's order: by number. */
final class Versions {
  private static final int PAGE = 1000;

  private final ServiceClient client;

  Versions(ServiceClient client) {
    this.client = client;
  }

  List<CryptoKeyVersion> list(String keyName, CallContext context) {
    Failures failures =
        Failures.of("listing the versions of " + keyName, "cloudkms.cryptoKeyVersions.list");
    List<CryptoKeyVersion> all = new ArrayList<>();
    String token = "";
    do {
      ListCryptoKeyVersionsResponse page =
          client.call(
              KeyManagementServiceClient::listCryptoKeyVersionsCallable,
              ListCryptoKeyVersionsRequest.newBuilder()
                  .setParent(keyName)
                  .setPageSize(PAGE)
                  .setPageToken(token)
                  .build(),
              failures,
              context);
      all.addAll(page.getCryptoKeyVersionsList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return all;
  }
}
