package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.CachePoint;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.provider.bedrock.RequestMapper.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.SystemContentBlock;

/**
 * Maps the conversation: what the system says goes apart, and turns alternate, so that neighbours of the same side
 * become one turn. Tool results are the user's side.
 */
final class ConversationMapper {

    private final Refusal refusal;
    private final ContentMapper content;
    private final boolean withCachePoints;

    ConversationMapper(Refusal refusal, ContentMapper content, boolean withCachePoints) {
        this.refusal = refusal;
        this.content = content;
        this.withCachePoints = withCachePoints;
    }

    List<software.amazon.awssdk.services.bedrockruntime.model.Message> turns(ChatRequest request) {
        List<Turn> turns = new ArrayList<>();
        for (Message message : request.messages()) {
            if (message.role() != Role.SYSTEM) {
                add(turns, message);
            }
        }
        if (turns.isEmpty()) {
            throw refusal.because("The request has no message to answer. Add one with ChatRequest.builder().user(..).");
        }
        return turns.stream().map(Turn::toMessage).toList();
    }

    private void add(List<Turn> turns, Message message) {
        List<ContentBlock> blocks = new ArrayList<>();
        for (Content part : message.content()) {
            ContentBlock block = content.map(message.role(), part);
            if (block != null) {
                blocks.add(block);
            }
        }
        ConversationRole side = message.role() == Role.ASSISTANT ? ConversationRole.ASSISTANT : ConversationRole.USER;
        if (blocks.isEmpty()) {
            refuseEmpty(side);
        } else if (!turns.isEmpty() && turns.get(turns.size() - 1).side == side) {
            turns.get(turns.size() - 1).blocks.addAll(blocks);
        } else {
            turns.add(new Turn(side, blocks));
        }
    }

    /** An empty answer of the model says nothing and is left out; an empty question is a mistake. */
    private void refuseEmpty(ConversationRole side) {
        if (side == ConversationRole.USER) {
            throw refusal.because("A user message is empty. Give it text, an image, a document or a tool result.");
        }
    }

    List<SystemContentBlock> system(ChatRequest request, @Nullable CachePointBlock lastPoint) {
        List<SystemContentBlock> blocks = new ArrayList<>();
        if (request.system() != null && !request.system().isBlank()) {
            blocks.add(SystemContentBlock.fromText(request.system()));
        }
        request.messages().stream()
                .filter(message -> message.role() == Role.SYSTEM)
                .flatMap(message -> message.content().stream())
                .forEach(part -> addSystem(blocks, part));
        if (lastPoint != null && !blocks.isEmpty()) {
            blocks.add(SystemContentBlock.fromCachePoint(lastPoint));
        }
        return blocks;
    }

    private void addSystem(List<SystemContentBlock> blocks, Content part) {
        if (part instanceof TextContent text) {
            if (!text.text().isBlank()) {
                blocks.add(SystemContentBlock.fromText(text.text()));
            }
        } else if (part instanceof CachePoint point) {
            if (withCachePoints) {
                blocks.add(SystemContentBlock.fromCachePoint(CachePoints.of(point, refusal)));
            }
        } else {
            throw refusal.because("A system message carries text and cache points only, not "
                    + part.getClass().getSimpleName() + ".");
        }
    }

    private record Turn(ConversationRole side, List<ContentBlock> blocks) {
        software.amazon.awssdk.services.bedrockruntime.model.Message toMessage() {
            return software.amazon.awssdk.services.bedrockruntime.model.Message.builder()
                    .role(side)
                    .content(blocks)
                    .build();
        }
    }
}
