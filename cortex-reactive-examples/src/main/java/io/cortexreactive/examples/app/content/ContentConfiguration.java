package io.cortexreactive.examples.app.content;

import io.cortexreactive.examples.content.ContentPipeline;
import io.cortexreactive.examples.content.Publications;
import io.cortexreactive.examples.database.RunDatabase;
import io.cortexreactive.workflow.WorkflowDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The content pipeline, and where its runs are kept. */
@Configuration(proxyBeanMethods = false)
class ContentConfiguration {

    /** Closed after the front door, which is made with it. */
    @Bean
    RunDatabase runDatabase(RunProperties properties) {
        return properties.open();
    }

    @Bean
    Publications publications() {
        return new Publications();
    }

    @Bean
    WorkflowDefinition contentPipeline(Publications publications) {
        return ContentPipeline.publishingTo(publications);
    }
}
