package io.managedkeys.vault.client;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers every request on the loopback address with bytes of the test's choosing, the way no real
 * server would: cut short, trickling, without a body. Counts connections and keeps the requests.
 */
final class CannedServer implements AutoCloseable {

  /** One answer as it goes over the wire. */
  record Canned(byte[] bytes, boolean closeAfter, long pauseMillis) {

    static Canned of(int status, String contentType, String body, String... headers) {
      byte[] utf8 = body.getBytes(StandardCharsets.UTF_8);
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " x\r\n");
      if (!contentType.isEmpty()) {
        head.append("Content-Type: ").append(contentType).append("\r\n");
      }
      for (String header : headers) {
        head.append(header).append("\r\n");
      }
      if (status != 204) {
        head.append("Content-Length: ").append(utf8.length).append("\r\n");
      }
      return new Canned(join(head.append("\r\n").toString(), utf8), false, 0);
    }

    static Canned json(int status, String body, String... headers) {
      return of(status, "application/json", body, headers);
    }

    /** Promises more bytes than it sends, then closes the connection. */
    static Canned truncated(int status, String body, int promised) {
      String head =
          "HTTP/1.1 "
              + status
              + " x\r\nContent-Type: application/json\r\nContent-Length: "
              + promised
              + "\r\n\r\n";
      return new Canned(join(head, body.getBytes(StandardCharsets.UTF_8)), true, 0);
    }

    /** Sends the headers at once and a byte of the body only now and then. */
    static Canned trickling(int promised, long pauseMillis) {
      String head =
          "HTTP/1.1 200 x\r\nContent-Type: application/json\r\nContent-Length: "
              + promised
              + "\r\n\r\n";
      return new Canned(head.getBytes(StandardCharsets.US_ASCII), false, pauseMillis);
    }

    private static byte[] join(String head, byte[] body) {
      byte[] first = head.getBytes(StandardCharsets.US_ASCII);
      byte[] out = new byte[first.length + body.length];
      System.arraycopy(first, 0, out, 0, first.length);
      System.arraycopy(body, 0, out, first.length, body.length);
      return out;
    }
  }

  private final ServerSocket listener;
  private final List<Canned> answers;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();

  /** Gives the answers in turn; the last one for ever. */
  CannedServer(Canned... answers) {
    this.answers = new ArrayList<>(List.of(answers));
    try {
      listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "canned-server");
    thread.setDaemon(true);
    thread.start();
  }

  String address() {
    return "http://127.0.0.1:" + listener.getLocalPort();
  }

  URI base() {
    return URI.create(address() + "/v1/");
  }

  int connections() {
    return connections.get();
  }

  /** The requests' heads and bodies, in order. */
  List<String> requests() {
    return requests;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        connections.incrementAndGet();
        daemon(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        String request = read(in);
        if (request.isEmpty()) {
          return;
        }
        requests.add(request);
        Canned answer = answers.get(Math.min(next.getAndIncrement(), answers.size() - 1));
        socket.getOutputStream().write(answer.bytes());
        socket.getOutputStream().flush();
        while (answer.pauseMillis() > 0) {
          Thread.sleep(answer.pauseMillis());
          socket.getOutputStream().write(' ');
          socket.getOutputStream().flush();
        }
        if (answer.closeAfter()) {
          return;
        }
      }
    } catch (IOException e) {
      // The client went away, as it may.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String read(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    int b;
    while (!text.toString().endsWith("\r\n\r\n") && (b = in.read()) >= 0) {
      text.append((char) b);
    }
    for (String line : text.toString().split("\r\n")) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        int length = Integer.parseInt(line.substring(15).strip());
        text.append(new String(in.readNBytes(length), StandardCharsets.UTF_8));
      }
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
