package org.semblance;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.semblance.array.HostArray;
import org.semblance.image.Image;

/*
 * All searches that have not ended draw what they ask for in one batch, and all networks read it in one. A search by
 * itself so goes through the same batches as it always did.
 */
/** Searches that go on together, step by step. */
final class FaceSearches {
    private final Disentangler model;
    private final FaceJudge judge;
    private final NewIdentities identities;

    FaceSearches(Disentangler model, FaceJudge judge, NewIdentities identities) {
        this.model = model;
        this.judge = judge;
        this.identities = identities;
    }

    /** Until all have ended. */
    void run(List<FaceSearch> searches) {
        for (List<FaceSearch> open = begun(searches); !open.isEmpty(); open = begun(searches)) {
            List<Image> drawn =
                    draw(open.stream().flatMap(s -> s.asked().stream()).toList());
            List<Image> delivered = new ArrayList<>();
            for (FaceSearch search : open) {
                for (int i = 0; i < search.asked().size(); i++) {
                    delivered.add(search.delivered(drawn.get(delivered.size())));
                }
            }
            List<FaceJudge.Reading> read = judge.read(delivered);
            int at = 0;
            for (FaceSearch search : open) {
                int end = at + search.asked().size();
                search.take(drawn.subList(at, end), read.subList(at, end));
                at = end;
            }
        }
    }

    /** Those that ask for something, after rounds have begun where they are due. */
    private List<FaceSearch> begun(List<FaceSearch> searches) {
        List<FaceSearch> idle = searches.stream().filter(s -> !s.isBusy()).toList();
        if (!idle.isEmpty()) {
            List<List<FaceSearch.Target>> targets =
                    identities.targets(idle.stream().map(FaceSearch::round).toList());
            IntStream.range(0, idle.size()).forEach(i -> idle.get(i).begin(targets.get(i)));
        }
        return searches.stream().filter(s -> !s.asked().isEmpty()).toList();
    }

    /** What the model draws of each face with the identity kept, as delivered. */
    List<FaceJudge.Reading> reconstructions(List<FaceSearch> searches) {
        List<Image> drawn = draw(searches.stream().map(FaceSearch::kept).toList());
        return judge.read(IntStream.range(0, drawn.size())
                .mapToObj(i -> searches.get(i).delivered(drawn.get(i)))
                .toList());
    }

    private List<Image> draw(List<FaceSearch.Asked> asked) {
        HostArray who = Batches.joined(
                asked.stream().map(a -> Batches.row(a.identity())).toList());
        HostArray what = Batches.joined(
                asked.stream().map(a -> Batches.row(a.attributes())).toList());
        return model.generator().synthesise(model.mapper().map(who, what));
    }
}
