package io.cortexreactive.examples.app;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

/**
 * The whole application on a free port, on the simulated providers whatever the environment says. One for all tests,
 * whose model hurries; what a test has to see under way goes at the pace that the test scripts.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"example.simulate=true", "example.pace=0.1", "example.heartbeat=100ms", "example.sample=250ms"})
@Import(Api.class)
@ExtendWith(FailureReport.class)
@interface RunningApplication {}
