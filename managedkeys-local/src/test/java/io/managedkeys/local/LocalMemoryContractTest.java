package io.managedkeys.local;

import io.managedkeys.testkit.contract.BackendContract;
import io.managedkeys.testkit.contract.ContractFixture;

class LocalMemoryContractTest extends BackendContract {

  @Override
  protected ContractFixture fixture() {
    return new LocalContractFixture(null);
  }
}
