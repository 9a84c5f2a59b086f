package io.cortexreactive.provider;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.DocumentContent;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.ToolDefinition;
import java.util.HashSet;
import java.util.Set;

/** Refuses, before any I/O, a request that the provider cannot serve. */
final class RequestChecks {

    private final Provider provider;
    private final ChatRequest request;
    private final ProviderCapabilities capabilities;

    private RequestChecks(Provider provider, ChatRequest request) {
        this.provider = provider;
        this.request = request;
        this.capabilities = provider.capabilities(request.model());
    }

    /** @throws InvalidRequestException naming what is wrong and what to do */
    static void check(Provider provider, ChatRequest request) {
        RequestChecks checks = new RequestChecks(provider, request);
        checks.checkModel();
        checks.checkMessages();
        checks.checkTools();
        if (request.responseSchema() != null) {
            checks.require(Capability.JSON_SCHEMA, "response schema");
        }
    }

    private void checkModel() {
        if (request.model() != null && request.model().isBlank()) {
            throw invalid("The model id is blank. Name a model, or leave it out for the provider's default.");
        }
    }

    private void checkMessages() {
        if (request.messages().stream().allMatch(message -> message.role() == Role.SYSTEM)) {
            throw invalid("The request has no message to answer. Add one, with ChatRequest.builder().user(..).");
        }
        for (Message message : request.messages()) {
            if (message.content().isEmpty()) {
                throw invalid("A " + message.role() + " message has no content. Leave the message out.");
            }
            message.content().forEach(this::checkContent);
        }
    }

    private void checkContent(Content content) {
        if (content instanceof ImageContent) {
            require(Capability.IMAGES, "images");
        } else if (content instanceof DocumentContent) {
            require(Capability.DOCUMENTS, "documents");
        }
    }

    private void checkTools() {
        if (request.tools().isEmpty()) {
            return;
        }
        require(Capability.TOOLS, "tools");
        Set<String> names = new HashSet<>();
        for (ToolDefinition tool : request.tools()) {
            if (!names.add(tool.name())) {
                throw invalid("Two tools are named '" + tool.name() + "'. Give each a name of its own.");
            }
        }
    }

    private void require(Capability capability, String what) {
        if (!capabilities.has(capability)) {
            String model = request.model() == null ? "The default model" : "Model '" + request.model() + "'";
            throw invalid(model + " takes no " + what + ". Choose a model that has the capability " + capability
                    + ", or leave them out.");
        }
    }

    private InvalidRequestException invalid(String message) {
        return new InvalidRequestException(message, ProviderFailure.of(provider.id(), request.model()), null);
    }
}
