package io.managedkeys.testkit.gcpkms;

import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The service over gRPC: plain-text HTTP/2 on 127.0.0.1. It keeps the accepted connections, because
 * cutting one is a fault that gRPC itself has no call for.
 */
final class GrpcFrontEnd implements AutoCloseable {
  /** The largest request the service takes, with room for names and checksums. */
  private static final int LARGEST_MESSAGE = 4 * 1024 * 1024;

  private static final Context.Key<SocketAddress> REMOTE = Context.key("remote-address");

  private final CallPipeline pipeline;
  private final Map<SocketAddress, Channel> connections = new ConcurrentHashMap<>();
  private final EventLoopGroup acceptor = new NioEventLoopGroup(1);
  private final EventLoopGroup workers = new NioEventLoopGroup(1);
  private final Server server;

  GrpcFrontEnd(ServiceMethods methods, CallPipeline pipeline, ExecutorService executor)
      throws IOException {
    this.pipeline = pipeline;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))
            .channelFactory(TrackedServerChannel::new)
            .bossEventLoopGroup(acceptor)
            .workerEventLoopGroup(workers)
            .executor(executor)
            .maxInboundMessageSize(LARGEST_MESSAGE)
            .addService(ServerInterceptors.intercept(definition(methods), new RemoteAddress()))
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  private ServerServiceDefinition definition(ServiceMethods methods) {
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(ServiceMethods.SERVICE.getFullName());
    for (ServiceMethods.Method method : methods.all().values()) {
      MethodDescriptor<Message, Message> descriptor =
          MethodDescriptor.<Message, Message>newBuilder()
              .setType(MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(
                  MethodDescriptor.generateFullMethodName(
                      ServiceMethods.SERVICE.getFullName(), method.name()))
              .setRequestMarshaller(ProtoUtils.marshaller(method.request()))
              .setResponseMarshaller(ProtoUtils.marshaller(method.response()))
              .build();
      definition.addMethod(
          descriptor,
          ServerCalls.asyncUnaryCall((request, observer) -> answer(method, request, observer)));
    }
    return definition.build();
  }

  private void answer(
      ServiceMethods.Method method, Message request, StreamObserver<Message> observer) {
    // A caller that has given up is not an error here.
    ((ServerCallStreamObserver<Message>) observer).setOnCancelHandler(() -> {});
    try {
      Message answer = pipeline.call(method, request);
      observer.onNext(answer);
      observer.onCompleted();
    } catch (CallPipeline.ConnectionCut e) {
      cut();
    } catch (KmsFailure e) {
      observer.onError(StatusProto.toStatusRuntimeException(e.status()));
    } catch (RuntimeException e) {
      observer.onError(
          Status.INTERNAL
              .withDescription("The test server failed: " + e)
              .withCause(e)
              .asRuntimeException());
    }
  }

  private void cut() {
    Channel connection = connections.remove(REMOTE.get());
    if (connection != null) {
      connection.config().setOption(ChannelOption.SO_LINGER, 0);
      // Past the pipeline: HTTP/2 would say goodbye first and wait for the open streams.
      connection.eventLoop().execute(() -> connection.unsafe().close(connection.voidPromise()));
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    workers.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** Notes each connection by its remote address. */
  private final class TrackedServerChannel extends NioServerSocketChannel {
    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
      int count = super.doReadMessages(accepted);
      if (count > 0) {
        Channel connection = (Channel) accepted.get(accepted.size() - 1);
        SocketAddress remote = connection.remoteAddress();
        if (remote != null) {
          connections.put(remote, connection);
          connection.closeFuture().addListener(closed -> connections.remove(remote));
        }
      }
      return count;
    }
  }

  /** Tells a call which connection it came by. */
  private static final class RemoteAddress implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      @Nullable SocketAddress remote = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
      return Contexts.interceptCall(
          Context.current().withValue(REMOTE, remote), call, headers, next);
    }
  }
}
