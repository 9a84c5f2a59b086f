package io.cortexreactive.examples.backend;

import org.springframework.util.StringUtils;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;

/** Finds out before the first question whether this environment has AWS credentials. Sends Bedrock nothing. */
final class BedrockAccess {

    private static final String API_KEY = "AWS_BEARER_TOKEN_BEDROCK";

    private BedrockAccess() {}

    /** @throws ModelSetupException if there are none */
    static void check() {
        if (StringUtils.hasText(System.getenv(API_KEY))) {
            return;
        }
        try (DefaultCredentialsProvider chain =
                DefaultCredentialsProvider.builder().build()) {
            chain.resolveCredentials();
        } catch (SdkException e) {
            throw new ModelSetupException(
                    "CORTEX_BEDROCK_MODEL is set, but no AWS credentials were found. Set " + API_KEY
                            + ", or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.",
                    e);
        }
    }
}
