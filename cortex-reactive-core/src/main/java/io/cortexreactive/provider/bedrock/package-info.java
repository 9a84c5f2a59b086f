/**
 * Amazon Bedrock through its Converse API. Begin at {@link io.cortexreactive.provider.bedrock.BedrockProvider}; a call
 * goes from request mapper to the AWS SDK's client, and its events back through the chunk decoder.
 */
@NullMarked
package io.cortexreactive.provider.bedrock;

import org.jspecify.annotations.NullMarked;
