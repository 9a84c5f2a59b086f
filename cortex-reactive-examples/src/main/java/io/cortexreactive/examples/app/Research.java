package io.cortexreactive.examples.app;

import io.cortexreactive.Cortex;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.examples.research.ResearchTeam;
import io.cortexreactive.examples.research.ShownSteps;
import io.cortexreactive.examples.responder.ExtractiveResponder;
import io.cortexreactive.retrieval.Retriever;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/** Has a {@link ResearchTeam} find something out. */
@Component
final class Research {

    private final Cortex cortex;
    private final Retriever documentation;

    Research(Cortex cortex, ExtractiveResponder documentation) {
        this.cortex = cortex;
        this.documentation = documentation.retriever();
    }

    /** Each step as it happens, as {@link ShownSteps} has them. Demand and cancel reach the calls to the model. */
    Flux<Object> steps(ChatClient chat, String question, @Nullable String model) {
        return ResearchTeam.on(cortex, chat, documentation, model).stream(question)
                .map(ShownSteps::of);
    }
}
