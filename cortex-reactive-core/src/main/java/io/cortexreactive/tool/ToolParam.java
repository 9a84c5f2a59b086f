package io.cortexreactive.tool;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes an argument of a tool. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface ToolParam {

    /** What it is for; models read it. */
    String value() default "";

    /** Its name; the parameter's by default, for which the class must be compiled with {@code -parameters}. */
    String name() default "";

    /** Whether it must be given; else it is null where it is not. An {@code Optional} never must. */
    boolean required() default true;
}
