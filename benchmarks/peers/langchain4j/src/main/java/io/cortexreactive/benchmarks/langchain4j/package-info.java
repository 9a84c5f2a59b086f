/** LangChain4j's streaming chat models, and its AI services. */
@NullMarked
package io.cortexreactive.benchmarks.langchain4j;

import org.jspecify.annotations.NullMarked;
