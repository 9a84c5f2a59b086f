package io.cortexreactive.guardrail.bedrock;

import io.cortexreactive.error.Secret;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.token.credentials.StaticTokenProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.scheme.BearerAuthScheme;
import software.amazon.awssdk.http.auth.spi.scheme.AuthSchemeOption;
import software.amazon.awssdk.services.bedrockruntime.auth.scheme.BedrockRuntimeAuthSchemeProvider;

/** Who calls. Pins identity and scheme together, or the SDK might choose the other scheme and somebody else's key. */
final class Identity {

    private static final String TOKEN_PROPERTY = "aws.bearerTokenBedrock";
    private static final String TOKEN_VARIABLE = "AWS_BEARER_TOKEN_BEDROCK";

    static final BedrockRuntimeAuthSchemeProvider SIGNED = params -> List.of(AuthSchemeOption.builder()
            .schemeId(AwsV4AuthScheme.SCHEME_ID)
            .putSignerProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "bedrock")
            .putSignerProperty(AwsV4HttpSigner.REGION_NAME, params.region().id())
            .build());

    private static final BedrockRuntimeAuthSchemeProvider BEARING = params -> List.of(
            AuthSchemeOption.builder().schemeId(BearerAuthScheme.SCHEME_ID).build());

    private final Mono<AwsRequestOverrideConfiguration> pin;

    private Identity(Mono<AwsRequestOverrideConfiguration> pin) {
        this.pin = pin;
    }

    static Identity keys(String accessKeyId, Secret secretKey) {
        return new Identity(Mono.just(signing(AwsBasicCredentials.create(accessKeyId, secretKey.reveal()))));
    }

    static Identity apiKey(Secret key) {
        return new Identity(Mono.just(AwsRequestOverrideConfiguration.builder()
                .tokenIdentityProvider(StaticTokenProvider.create(key::reveal))
                .authSchemeProvider(BEARING)
                .build()));
    }

    /** As the SDK itself would choose. Its chain keeps what it has found, but blocks while it looks. */
    static Identity fromEnvironment() {
        String token = System.getProperty(TOKEN_PROPERTY, System.getenv(TOKEN_VARIABLE));
        if (token != null && !token.isBlank()) {
            return apiKey(Secret.of(token));
        }
        DefaultCredentialsProvider chain = DefaultCredentialsProvider.builder().build();
        return new Identity(
                Mono.fromCallable(() -> signing(chain.resolveCredentials())).subscribeOn(Schedulers.boundedElastic()));
    }

    private static AwsRequestOverrideConfiguration signing(AwsCredentials credentials) {
        return AwsRequestOverrideConfiguration.builder()
                .credentialsProvider(StaticCredentialsProvider.create(credentials))
                .authSchemeProvider(SIGNED)
                .build();
    }

    /** What a request must carry. */
    Mono<AwsRequestOverrideConfiguration> pin() {
        return pin;
    }
}
