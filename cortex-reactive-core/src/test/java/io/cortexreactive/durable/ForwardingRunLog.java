package io.cortexreactive.durable;

/** Another log, a step of which can be overridden. */
public class ForwardingRunLog implements DelegatingRunLog {

    final RunLog log;

    protected ForwardingRunLog(RunLog log) {
        this.log = log;
    }

    @Override
    public final RunLog runs() {
        return log;
    }
}
