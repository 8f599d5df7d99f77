package io.managedkeys.azurekv;

import io.managedkeys.testkit.contract.BackendContract;
import io.managedkeys.testkit.contract.ContractFixture;

class VaultContractTest extends BackendContract {

  @Override
  protected ContractFixture fixture() {
    return new AzureContractFixture(false);
  }
}
