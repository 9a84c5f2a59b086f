package io.cortexreactive.agent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes an agent of a class; see {@link Agents#from(Object)}. Its methods with
 * {@link io.cortexreactive.tool.ToolMethod} are the agent's own tools.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface AgentClass {

    /** Its id. */
    String id();

    /** Its name for people; the id by default. */
    String name() default "";

    /** What it is for; other agents' models decide by this text whether to call it. */
    String description() default "";

    /** The first instruction to the model; none by default. */
    String systemPrompt() default "";

    /** The names of registered tools that it has as well. */
    String[] tools() default {};

    /** The ids of registered agents that it may call. */
    String[] agents() default {};

    /** The ids of registered agents that it may hand over to. */
    String[] handOffs() default {};

    /** The provider's id; the default provider by default. */
    String provider() default "";

    /** The provider's model id; the provider's default by default. */
    String model() default "";

    /** How often the model is asked in a run, at most. */
    int maxIterations() default AgentDefinition.MAX_ITERATIONS;
}
