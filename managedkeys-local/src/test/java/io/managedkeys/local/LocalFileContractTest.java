package io.managedkeys.local;

import io.managedkeys.testkit.contract.BackendContract;
import io.managedkeys.testkit.contract.ContractFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalFileContractTest extends BackendContract {

  @TempDir static Path folder;

  @Override
  protected ContractFixture fixture() {
    return new LocalContractFixture(folder.resolve("keys"));
  }
}
