package io.cortexreactive.workflow;

class InMemorySubWorkflowTests extends SubWorkflowContract {

    private final RunStore store = RunStore.inMemory();

    @Override
    protected RunStore store() {
        return store;
    }
}
