package org.semblance.sequence;

import java.util.ArrayList;
import java.util.List;
import org.semblance.image.FaceFrame;

/**
 * The people of a sequence whose faces change, and in which frames.
 *
 * @param people in the order of their numbers
 * @param frames of the sequence
 */
record Cast(List<Person> people, int frames) {
    /** Frames that go through the networks together; fixed, as the rounding of networks may depend on it. */
    static final int BLOCK = 8;

    Cast {
        people = List.copyOf(people);
    }

    /** Blocks of frames, the last one perhaps shorter. */
    int blocks() {
        return (frames + BLOCK - 1) / BLOCK;
    }

    /** Somebody in a frame. */
    record Visit(int frame, Person person, FaceFrame place) {}

    /** Who is in the frames of a block, frame by frame in the order of their numbers. */
    List<Visit> inBlock(int block) {
        List<Visit> visits = new ArrayList<>();
        for (int frame = block * BLOCK; frame < Math.min(frames, (block + 1) * BLOCK); frame++) {
            for (Person person : people) {
                FaceFrame place = person.at(frame);
                if (place != null) {
                    visits.add(new Visit(frame, person, place));
                }
            }
        }
        return visits;
    }

    /** How many visits a block has. */
    int visits(int block) {
        return inBlock(block).size();
    }

    /** The place of a visit among those of its block. */
    int place(Person person, int frame) {
        List<Visit> visits = inBlock(frame / BLOCK);
        for (int i = 0; i < visits.size(); i++) {
            if (visits.get(i).frame() == frame && visits.get(i).person() == person) {
                return i;
            }
        }
        throw new IllegalArgumentException("sequence: person " + person.number() + " is not in frame " + frame);
    }
}
