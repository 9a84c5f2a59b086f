package io.cortexreactive.guardrail.bedrock;

import io.cortexreactive.error.Secret;
import io.cortexreactive.guardrail.Guardrail;
import io.cortexreactive.guardrail.GuardrailConfigurationException;
import io.cortexreactive.guardrail.GuardrailContent;
import io.cortexreactive.guardrail.GuardrailResult;
import io.cortexreactive.guardrail.HoldBack;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * A guardrail that is set up in Amazon Bedrock, asked by ApplyGuardrail: for calls of any provider, with a request of
 * its own for each text. What it blocks is blocked; what it masks goes on as it says.
 *
 * <p>It is the application's: it is called with the application's key, whoever the tenant of a call is. Fails as a
 * provider does, with a {@link io.cortexreactive.provider.ProviderException}.
 */
public final class BedrockGuardrail implements Guardrail {

    private final String id;
    private final HoldBack holdBack;
    private final ApplyGuardrail service;

    private BedrockGuardrail(String id, HoldBack holdBack, ApplyGuardrail service) {
        this.id = id;
        this.holdBack = holdBack;
        this.service = service;
    }

    /**
     * Starts with the region and the credentials of the environment.
     *
     * @param guardrail the guardrail's id or ARN in Bedrock
     */
    public static Builder builder(String guardrail) {
        return new Builder(guardrail);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Mono<GuardrailResult> check(GuardrailContent content) {
        return content.text().isBlank() ? Mono.just(GuardrailResult.pass()) : service.apply(content);
    }

    @Override
    public HoldBack holdBack() {
        return holdBack;
    }

    /** Ends requests under way, and releases connections and threads. */
    @Override
    public Mono<Void> close() {
        return service.close();
    }

    /** Collects settings; not thread-safe. */
    public static final class Builder {

        private final String guardrail;
        private String id = "bedrock";
        private String version = "DRAFT";
        private @Nullable String region;
        private @Nullable URI endpoint;
        private @Nullable Identity identity;
        private Duration timeout = Duration.ofSeconds(20);
        private HoldBack holdBack = HoldBack.whole();

        private Builder(String guardrail) {
            this.guardrail = guardrail;
        }

        /** Its id here; {@code bedrock} by default. */
        public Builder id(String value) {
            id = value;
            return this;
        }

        /** Its version in Bedrock; {@code DRAFT} by default. */
        public Builder version(String value) {
            version = value;
            return this;
        }

        /** The region to call. By default as the AWS SDK finds it. */
        public Builder region(String value) {
            region = value;
            return this;
        }

        /** Another address to call, such as a VPC endpoint; by default the region's own. */
        public Builder endpoint(URI value) {
            endpoint = value;
            return this;
        }

        /** Signs requests with this key. */
        public Builder credentials(String accessKeyId, Secret secretKey) {
            identity = Identity.keys(accessKeyId, secretKey);
            return this;
        }

        /** Calls with a Bedrock API key. */
        public Builder apiKey(Secret key) {
            identity = Identity.apiKey(key);
            return this;
        }

        /** How long one request may take; 20 s by default. */
        public Builder timeout(Duration value) {
            timeout = value;
            return this;
        }

        /**
         * How much of a stream is held back. By default all of it, so that Bedrock sees the whole answer in one
         * request. With {@link HoldBack#chars} it is asked about each window, and pays for each.
         */
        public Builder holdBack(HoldBack value) {
            holdBack = value;
            return this;
        }

        /**
         * Makes it and loads what the AWS SDK needs, which takes a moment and blocks. Calls nothing, except that the
         * SDK may ask this machine's metadata service for a region that is set nowhere.
         *
         * @throws GuardrailConfigurationException if there is no region
         */
        public BedrockGuardrail build() {
            Identity caller = identity == null ? Identity.fromEnvironment() : identity;
            ApplyGuardrail service = new ApplyGuardrail(
                    id, guardrail, version, Connection.open(foundRegion(), endpoint, timeout), caller);
            return new BedrockGuardrail(id, holdBack, service);
        }

        private String foundRegion() {
            if (region != null) {
                return region;
            }
            AwsRegionProviderChain chain =
                    DefaultAwsRegionProviderChain.builder().build();
            try {
                Region found = chain.getRegion();
                return found.id();
            } catch (SdkClientException e) {
                throw new GuardrailConfigurationException("Guardrail '" + id
                        + "' needs a region. Set it with BedrockGuardrail.builder(..).region(..) or AWS_REGION.");
            }
        }
    }
}
