package io.cortexreactive.examples.app.content;

import io.cortexreactive.examples.content.ContentPipeline;
import io.cortexreactive.workflow.RunTimes;
import io.cortexreactive.workflow.WorkflowState;

/** A run in a list. */
record RunLine(String id, String status, String topic, RunTimes times) {

    static RunLine of(WorkflowState state) {
        String topic = String.valueOf(state.data().getOrDefault(ContentPipeline.TOPIC, ""));
        return new RunLine(state.runId(), state.status().value(), topic, state.times());
    }
}
