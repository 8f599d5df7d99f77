package io.managedkeys.azurekv;

import io.managedkeys.testkit.contract.BackendContract;
import io.managedkeys.testkit.contract.ContractFixture;

class ManagedHsmContractTest extends BackendContract {

  @Override
  protected ContractFixture fixture() {
    return new AzureContractFixture(true);
  }
}
