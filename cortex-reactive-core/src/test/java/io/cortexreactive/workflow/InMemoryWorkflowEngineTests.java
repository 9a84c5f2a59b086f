package io.cortexreactive.workflow;

class InMemoryWorkflowEngineTests extends WorkflowEngineContract {

    private final RunStore store = RunStore.inMemory();

    @Override
    protected RunStore store() {
        return store;
    }
}
