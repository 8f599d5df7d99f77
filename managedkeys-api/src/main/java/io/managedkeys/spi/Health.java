package io.managedkeys.spi;

import java.time.Duration;

/**
 * The outcome of one health check.
 *
 * @param up whether the real operation succeeded
 * @param latency how long it took
 * @param detail what was tried and what came back, for the operator; never secret
 */
public record Health(boolean up, Duration latency, String detail) {}
