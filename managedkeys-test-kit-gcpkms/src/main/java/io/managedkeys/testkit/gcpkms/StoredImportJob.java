package io.managedkeys.testkit.gcpkms;

import com.google.cloud.kms.v1.ImportJob;
import com.google.cloud.kms.v1.ImportJob.ImportJobState;
import java.time.Instant;

/** An import job and the private half of its wrapping key. */
record StoredImportJob(ImportJob proto, KeyMaterial.Pair wrappingKey) {

  /** The job as the service shows it at this time: three days after creation it has expired. */
  ImportJob at(Instant now) {
    boolean expired = now.getEpochSecond() >= proto.getExpireTime().getSeconds();
    return expired
        ? proto.toBuilder()
            .setState(ImportJobState.EXPIRED)
            .setExpireEventTime(proto.getExpireTime())
            .build()
        : proto;
  }
}
