package org.semblance.sequence;

import java.util.List;
import java.util.Map;

/**
 * What a run has made.
 *
 * @param frames how many there are
 * @param people who was seen, the most visible first, with the places that their faces were cut from
 * @param identities who they became, by their numbers; without those who stayed as they are
 * @param empty numbers of the frames, from 0, in which nobody is seen
 * @param sightings faces found in all frames together, also those that were taken for mistakes
 */
public record SequenceOutcome(
        int frames, List<Person> people, Map<Integer, float[]> identities, List<Integer> empty, int sightings) {
    public SequenceOutcome {
        people = List.copyOf(people);
        identities = Map.copyOf(identities);
        empty = List.copyOf(empty);
    }
}
