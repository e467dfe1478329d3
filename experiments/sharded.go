package experiments

import (
	"sparker/configs"
	"sparker/results"
)

// ShardedRun is a run that is to be dealt to shards.
type ShardedRun struct{ jobs []job }

// NewShardedRun makes every cell of a sweep ready, as [Run] does for a shard, and counts its toys.
// It writes nothing. The error is an [InputError] if something is wrong with the config, or if a
// shard cannot know which toys are its own.
func NewShardedRun(c configs.Sweep) (*ShardedRun, error) {
	s, err := newSweep(c)
	if err != nil {
		return nil, err
	}
	if err := s.checkAuto(RunOptions{Shard: results.Shard{Number: 1, Count: 2}}); err != nil {
		return nil, err
	}
	return &ShardedRun{s.jobs()}, nil
}

// Toys returns the number of toys of the whole run. Toys that cells share are counted once.
func (r *ShardedRun) Toys() int { return len(r.jobs) }

// Seconds returns a rough estimate of the time that the toys take one after the other on this
// machine. It is good to a factor of two. Reading files and preparing tests are not part of it.
func (r *ShardedRun) Seconds() (float64, error) { return roughTotal(r.jobs) }
