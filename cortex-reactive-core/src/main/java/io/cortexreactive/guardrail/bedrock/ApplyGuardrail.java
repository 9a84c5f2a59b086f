package io.cortexreactive.guardrail.bedrock;

import io.cortexreactive.guardrail.GuardrailContent;
import io.cortexreactive.guardrail.GuardrailContent.Source;
import io.cortexreactive.guardrail.GuardrailResult;
import io.cortexreactive.guardrail.Violation;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.QuotaExhaustedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.bedrockruntime.model.ApplyGuardrailRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ApplyGuardrailResponse;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailAction;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailAssessment;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailContentSource;
import software.amazon.awssdk.services.bedrockruntime.model.GuardrailOutputContent;

/** Asks Bedrock about one text, and reads its decision. */
record ApplyGuardrail(String id, String guardrail, String version, Connection connection, Identity identity) {

    /** More would keep somebody waiting who waits for a model already. */
    private static final int RETRIES = 2;

    private static final Duration FIRST_WAIT = Duration.ofMillis(200);

    /** Asks again if the service is busy or was not reached. Cancelling cancels the request. */
    Mono<GuardrailResult> apply(GuardrailContent content) {
        return identity.pin()
                .flatMap(pin -> Mono.fromFuture(() -> connection.client().applyGuardrail(request(content, pin))))
                .map(response -> decision(response, content.text().length()))
                .onErrorMap(this::error)
                .retryWhen(Retry.backoff(RETRIES, FIRST_WAIT)
                        .filter(ProviderUnavailableException.class::isInstance)
                        .onRetryExhaustedThrow((retry, last) -> last.failure()));
    }

    private ApplyGuardrailRequest request(GuardrailContent content, AwsRequestOverrideConfiguration pin) {
        return ApplyGuardrailRequest.builder()
                .guardrailIdentifier(guardrail)
                .guardrailVersion(version)
                .source(content.source() == Source.INPUT ? GuardrailContentSource.INPUT : GuardrailContentSource.OUTPUT)
                .content(List.of(GuardrailContentBlock.fromText(text -> text.text(content.text()))))
                .overrideConfiguration(pin)
                .build();
    }

    /** It gives a text both where it blocks, to show, and where it masks. Only the assessments tell which it is. */
    private GuardrailResult decision(ApplyGuardrailResponse response, int length) {
        List<Finding> findings = new ArrayList<>();
        response.assessments().forEach(assessment -> collect(assessment, findings));
        List<Violation> violations = findings.stream()
                .map(finding -> new Violation(finding.rule, finding.description(), 0, length))
                .toList();
        if (response.action() == GuardrailAction.NONE) {
            return GuardrailResult.report(violations);
        }
        String text =
                response.outputs().stream().map(GuardrailOutputContent::text).collect(Collectors.joining());
        boolean masksOnly = !findings.isEmpty()
                && !response.outputs().isEmpty()
                && findings.stream().noneMatch(Finding::isBlocked)
                && findings.stream().anyMatch(Finding::isMasked);
        return masksOnly
                ? GuardrailResult.replace(text, violations)
                : new GuardrailResult(false, violations, null, 1, text.isEmpty() ? Map.of() : Map.of("message", text));
    }

    private static void collect(GuardrailAssessment assessment, List<Finding> findings) {
        if (assessment.topicPolicy() != null) {
            assessment
                    .topicPolicy()
                    .topics()
                    .forEach(topic -> add(findings, "topic", topic.name(), topic.actionAsString()));
        }
        if (assessment.contentPolicy() != null) {
            assessment
                    .contentPolicy()
                    .filters()
                    .forEach(filter -> add(findings, "content", filter.typeAsString(), filter.actionAsString()));
        }
        if (assessment.wordPolicy() != null) {
            // The word itself may be what nobody is to see.
            assessment
                    .wordPolicy()
                    .customWords()
                    .forEach(word -> add(findings, "word", "CUSTOM", word.actionAsString()));
            assessment
                    .wordPolicy()
                    .managedWordLists()
                    .forEach(word -> add(findings, "word", word.typeAsString(), word.actionAsString()));
        }
        collectSensitive(assessment, findings);
        if (assessment.contextualGroundingPolicy() != null) {
            assessment
                    .contextualGroundingPolicy()
                    .filters()
                    .forEach(filter -> add(findings, "grounding", filter.typeAsString(), filter.actionAsString()));
        }
    }

    private static void collectSensitive(GuardrailAssessment assessment, List<Finding> findings) {
        if (assessment.sensitiveInformationPolicy() != null) {
            assessment
                    .sensitiveInformationPolicy()
                    .piiEntities()
                    .forEach(entity -> add(findings, "sensitive", entity.typeAsString(), entity.actionAsString()));
            assessment
                    .sensitiveInformationPolicy()
                    .regexes()
                    .forEach(regex -> add(findings, "sensitive", regex.name(), regex.actionAsString()));
        }
    }

    private static void add(List<Finding> findings, String policy, @Nullable String name, @Nullable String action) {
        findings.add(new Finding(policy + (name == null ? "" : ":" + name), String.valueOf(action)));
    }

    private Throwable error(Throwable thrown) {
        Throwable error =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (error instanceof ProviderException) {
            return error;
        }
        if (error instanceof ApiCallTimeoutException || error instanceof ApiCallAttemptTimeoutException) {
            return new ProviderTimeoutException("Bedrock's guardrail did not answer in time", failure(null), null);
        }
        return error instanceof AwsServiceException said
                ? told(said)
                : new ProviderUnavailableException(
                        "Bedrock's guardrail cannot be reached: "
                                + error.getClass().getSimpleName(),
                        failure(null),
                        null,
                        false,
                        error);
    }

    private ProviderException told(AwsServiceException said) {
        ProviderFailure failure = failure(said);
        String code = said.awsErrorDetails() == null
                ? ""
                : String.valueOf(said.awsErrorDetails().errorCode());
        String message = "Bedrock's guardrail: " + (code.isEmpty() ? "status " + said.statusCode() : code);
        if (code.contains("Quota")) {
            return new QuotaExhaustedException(message, failure, said);
        }
        return switch (said.statusCode()) {
            case 401, 403 -> new AuthenticationException(message, failure, said);
            case 429, 500, 502, 503, 504 -> new ProviderUnavailableException(message, failure, null, false, said);
            default -> new InvalidRequestException(message, failure, said);
        };
    }

    private ProviderFailure failure(@Nullable AwsServiceException said) {
        return said == null
                ? ProviderFailure.of(id, null)
                : new ProviderFailure(id, null, said.statusCode(), said.requestId(), null);
    }

    Mono<Void> close() {
        return connection.close();
    }

    /** @param action what Bedrock says it did */
    private record Finding(String rule, String action) {

        boolean isBlocked() {
            return action.equals("BLOCKED");
        }

        boolean isMasked() {
            return action.equals("ANONYMIZED");
        }

        String description() {
            return "Bedrock found " + rule;
        }
    }
}
