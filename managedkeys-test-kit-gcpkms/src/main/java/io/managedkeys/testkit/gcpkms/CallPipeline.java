package io.managedkeys.testkit.gcpkms;

import com.google.protobuf.Message;
import com.google.rpc.Code;
import java.util.List;

/** One call's way, whichever protocol it came by: count, faults, act, falsify. */
final class CallPipeline {
  private final GcpKmsFaults faults;
  private final RequestCounts requests;

  CallPipeline(GcpKmsFaults faults, RequestCounts requests) {
    this.faults = faults;
    this.requests = requests;
  }

  /** The connection is to be cut: no answer, no error. */
  static final class ConnectionCut extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConnectionCut() {
      super("cut", null, false, false);
    }
  }

  /**
   * @throws KmsFailure the service's error
   * @throws ConnectionCut if the front end has to cut the connection
   */
  Message call(ServiceMethods.Method method, Message request) {
    requests.count(method.name());
    List<GcpKmsFault> struck = faults.strike(method.name());
    for (GcpKmsFault fault : struck) {
      before(fault);
    }
    Message answer = method.handler().apply(request);
    for (GcpKmsFault fault : struck) {
      if (fault.kind() == GcpKmsFault.Kind.CUT_AFTER_ACTING) {
        throw new ConnectionCut();
      }
      answer = Tampering.apply(fault, answer);
    }
    return answer;
  }

  private void before(GcpKmsFault fault) {
    try {
      switch (fault.kind()) {
        case DELAY -> Thread.sleep(fault.delay().toMillis());
        case STALL -> faults.awaitClear();
        case CUT -> throw new ConnectionCut();
        case ERROR -> throw fault.failure();
        default -> {}
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KmsFailure.of(Code.CANCELLED, "The server is shutting down.");
    }
  }
}
