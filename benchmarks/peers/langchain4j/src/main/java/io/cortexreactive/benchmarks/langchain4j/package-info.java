/** LangChain4j's streaming chat models. */
@NullMarked
package io.cortexreactive.benchmarks.langchain4j;

import org.jspecify.annotations.NullMarked;
