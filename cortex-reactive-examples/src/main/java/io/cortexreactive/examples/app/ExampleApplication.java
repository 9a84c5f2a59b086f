package io.cortexreactive.examples.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Starts the application: a chat at http://localhost:8080. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ExampleApplication {

    /** Runs it; takes what Spring takes, such as {@code --server.port=8081}. */
    public static void main(String[] args) {
        SpringApplication.run(ExampleApplication.class, args);
    }
}
