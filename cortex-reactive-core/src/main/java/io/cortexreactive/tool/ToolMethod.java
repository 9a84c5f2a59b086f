package io.cortexreactive.tool;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a tool of a method; see {@link Tools#from(Object)}. Its parameters are the arguments, and one of type
 * {@link ToolContext} is no argument. It may give a value, a {@code Mono}, a {@code Flux}, a {@code CompletionStage},
 * or a {@link ToolResult}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface ToolMethod {

    /** What it does and when to use it; the model decides by this text. */
    String value();

    /** The tool's name; the method's by default. */
    String name() default "";

    /** How long it may take, as {@code PT5S}; the executor's default by default. */
    String timeout() default "";

    /** Whether somebody must agree to each call. */
    boolean requiresApproval() default false;

    /** Whether a call must not be made again; see {@link Tool#atMostOnce()}. */
    boolean atMostOnce() default false;

    /** Whether it keeps its thread waiting; see {@link Tool#blocking()}. */
    boolean blocking() default false;
}
