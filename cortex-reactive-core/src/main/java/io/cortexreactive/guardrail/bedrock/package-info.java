/** The guardrails of Amazon Bedrock, for any provider's calls. */
@NullMarked
package io.cortexreactive.guardrail.bedrock;

import org.jspecify.annotations.NullMarked;
