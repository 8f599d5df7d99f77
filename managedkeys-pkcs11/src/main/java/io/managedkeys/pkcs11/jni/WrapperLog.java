package io.managedkeys.pkcs11.jni;

import org.xipki.pkcs11.wrapper.Logger;

/** Sends the wrapper's own chatter to SLF4J, one level lower than it thinks of itself. */
final class WrapperLog implements Logger {

  private final org.slf4j.Logger log;

  WrapperLog(org.slf4j.Logger log) {
    this.log = log;
  }

  @Override
  public void info(String format, Object... arguments) {
    log.debug(format, arguments);
  }

  @Override
  public void warn(String format, Object... arguments) {
    log.info(format, arguments);
  }

  @Override
  public void error(String format, Object... arguments) {
    log.warn(format, arguments);
  }

  @Override
  public void debug(String format, Object... arguments) {
    log.trace(format, arguments);
  }

  @Override
  public void trace(String format, Object... arguments) {
    log.trace(format, arguments);
  }

  @Override
  public boolean isDebugEnabled() {
    return log.isTraceEnabled();
  }

  @Override
  public boolean isInfoEnabled() {
    return log.isDebugEnabled();
  }

  @Override
  public boolean isWarnEnabled() {
    return log.isInfoEnabled();
  }

  @Override
  public boolean isTraceEnabled() {
    return log.isTraceEnabled();
  }
}
