package io.cortexreactive.provider.bedrock;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.wire.CallSecrets;
import io.cortexreactive.provider.wire.HttpCall;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.token.credentials.StaticTokenProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.scheme.BearerAuthScheme;
import software.amazon.awssdk.http.auth.spi.scheme.AuthSchemeOption;
import software.amazon.awssdk.services.bedrockruntime.auth.scheme.BedrockRuntimeAuthSchemeProvider;

/**
 * Who calls. Each request gets both the identity and the one scheme it is for: with the identity alone, the SDK would
 * sometimes choose the other scheme and with it the process's own credentials.
 */
final class BedrockCredentials {

    private static final String TOKEN_PROPERTY = "aws.bearerTokenBedrock";
    private static final String TOKEN_VARIABLE = "AWS_BEARER_TOKEN_BEDROCK";
    private static final Duration KEEP = Duration.ofMinutes(5);
    private static final Duration AHEAD = Duration.ofMinutes(1);

    static final BedrockRuntimeAuthSchemeProvider SIGV4_ONLY = params -> List.of(AuthSchemeOption.builder()
            .schemeId(AwsV4AuthScheme.SCHEME_ID)
            .putSignerProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "bedrock")
            .putSignerProperty(AwsV4HttpSigner.REGION_NAME, params.region().id())
            .build());

    private static final BedrockRuntimeAuthSchemeProvider BEARER_ONLY = params -> List.of(
            AuthSchemeOption.builder().schemeId(BearerAuthScheme.SCHEME_ID).build());

    private final Mono<Caller> caller;
    private final Runnable release;

    private BedrockCredentials(Mono<Caller> caller, Runnable release) {
        this.caller = caller;
        this.release = release;
    }

    static BedrockCredentials keys(String accessKeyId, Secret secretKey, @Nullable Secret sessionToken) {
        AwsCredentials credentials = sessionToken == null
                ? AwsBasicCredentials.create(accessKeyId, secretKey.reveal())
                : AwsSessionCredentials.create(accessKeyId, secretKey.reveal(), sessionToken.reveal());
        return new BedrockCredentials(Mono.just(Caller.signing(credentials)), () -> {});
    }

    static BedrockCredentials apiKey(Secret key) {
        return new BedrockCredentials(Mono.just(Caller.bearing(key)), () -> {});
    }

    /** A Bedrock API key in the environment, as the SDK itself would take it, else the SDK's chain. */
    static BedrockCredentials defaultChain() {
        String token = System.getProperty(TOKEN_PROPERTY, System.getenv(TOKEN_VARIABLE));
        return token == null || token.isBlank() ? chain() : apiKey(Secret.of(token));
    }

    private static BedrockCredentials chain() {
        DefaultCredentialsProvider chain = DefaultCredentialsProvider.builder().build();
        Chained chained = new Chained(chain::resolveCredentials, Schedulers.boundedElastic(), Schedulers.parallel());
        return new BedrockCredentials(chained.caller(), chain::close);
    }

    /** Who a request is from. For the default chain resolved off the caller's thread, and kept for a while. */
    Mono<Caller> caller() {
        return caller;
    }

    void release() {
        release.run();
    }

    /**
     * The process's own credentials. They are found once for all who wait, and again a while before they are too old;
     * until that succeeds, callers go on with those that are there.
     */
    static final class Chained {

        private final AtomicReference<@Nullable Kept> last = new AtomicReference<>();
        private final AtomicReference<@Nullable Mono<Kept>> underWay = new AtomicReference<>();
        private final Supplier<AwsCredentials> chain;
        private final Scheduler blocking;
        private final Scheduler clock;

        /**
         * @param chain blocks its caller, reads files and may ask the network
         * @param blocking where it is asked
         * @param clock tells the time
         */
        Chained(Supplier<AwsCredentials> chain, Scheduler blocking, Scheduler clock) {
            this.chain = chain;
            this.blocking = blocking;
            this.clock = clock;
        }

        Mono<Caller> caller() {
            return Mono.defer(this::kept).map(Kept::caller);
        }

        private Mono<Kept> kept() {
            Kept kept = last.get();
            Instant now = now();
            if (kept == null || !now.isBefore(kept.until)) {
                return lookUp();
            }
            return now.isBefore(kept.until.minus(AHEAD))
                    ? Mono.just(kept)
                    : Mono.firstWithValue(lookUp(), Mono.just(kept));
        }

        /** The one under way, or a new one; it goes on when those who wait for it cancel. */
        private Mono<Kept> lookUp() {
            return Objects.requireNonNull(underWay.updateAndGet(other -> other == null ? newLookUp() : other));
        }

        private Mono<Kept> newLookUp() {
            return Mono.fromCallable(() -> keep(chain.get()))
                    .subscribeOn(blocking)
                    .doOnTerminate(() -> underWay.set(null))
                    .cache();
        }

        private Kept keep(AwsCredentials credentials) {
            Instant latest = now().plus(KEEP);
            Instant until = credentials
                    .expirationTime()
                    .map(expiry -> expiry.minus(AHEAD))
                    .filter(latest::isAfter)
                    .orElse(latest);
            Kept kept = new Kept(Caller.signing(credentials), until);
            last.set(kept);
            return kept;
        }

        private Instant now() {
            return Instant.ofEpochMilli(clock.now(TimeUnit.MILLISECONDS));
        }

        private record Kept(Caller caller, Instant until) {}
    }

    /**
     * One identity, for either transport: a key that signs, or one that is sent.
     *
     * @param credentials null where there is a token
     * @param token null where there are credentials
     * @param pin what a request of the SDK must carry
     */
    record Caller(
            @Nullable AwsCredentials credentials, @Nullable Secret token, AwsRequestOverrideConfiguration pin) {

        /**
         * What it proves itself with.
         *
         * @param headers sent besides
         */
        CallSecrets secrets(Map<String, String> headers) {
            AwsCredentials signing = credentials;
            if (signing == null) {
                return CallSecrets.of(headers, token);
            }
            Secret session =
                    signing instanceof AwsSessionCredentials temporary ? Secret.of(temporary.sessionToken()) : null;
            return CallSecrets.of(headers, Secret.of(signing.secretAccessKey()), session);
        }

        static Caller signing(AwsCredentials credentials) {
            AwsRequestOverrideConfiguration pin = AwsRequestOverrideConfiguration.builder()
                    .credentialsProvider(StaticCredentialsProvider.create(credentials))
                    .authSchemeProvider(SIGV4_ONLY)
                    .build();
            return new Caller(credentials, null, pin);
        }

        static Caller bearing(Secret token) {
            HttpCall.requireSendable("Authorization", token.reveal());
            AwsRequestOverrideConfiguration pin = AwsRequestOverrideConfiguration.builder()
                    .tokenIdentityProvider(StaticTokenProvider.create(token::reveal))
                    .authSchemeProvider(BEARER_ONLY)
                    .build();
            return new Caller(null, token, pin);
        }
    }
}
