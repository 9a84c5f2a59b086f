package io.cortexreactive.workflow;

import io.cortexreactive.durable.RunLog;

class InMemorySavedStatesTests extends SavedStatesContract {

    private final RunLog log = RunLog.inMemory();

    @Override
    protected RunLog log() {
        return log;
    }
}
