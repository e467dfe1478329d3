package experiments

import (
	"testing"

	"sparker/configs"
	"sparker/results"
	"sparker/twosample/baselines"
)

// The pilots of a long fit or training take few steps, and their estimate is that of all of them. A
// short one has no estimate from steps: a whole toy is timed.
func TestPilotTakesFewSteps(t *testing.T) {
	t.Parallel()
	long, short, network, energy := tiny(), tiny(), tiny(), tiny()
	long.Train.Epochs = 2_000_000
	short.Train.Epochs = pilotSteps - 1
	short.Train.Checkpoints.Count = 1
	network.Test.Method = "network"
	network.Baselines.Network = baselines.NetworkConfig{Hidden: 4, Epochs: 2_000_000,
		LearningRate: 1e-3, Clip: 9, Checkpoints: 1}
	energy.Test.Method = "energy"
	for _, c := range []struct {
		name       string
		experiment configs.Experiment
		all        int
	}{
		{"long", long, 2_000_000}, {"short", short, pilotSteps - 1},
		{"network", network, 2_000_000}, {"energy", energy, 0},
	} {
		own, err := newCell(c.experiment, newSharedInputs())
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		p := pilot{cell: own, toy: own.toyID(results.Null, 0, 0)}
		if p.pair, err = own.draw(p.toy); err != nil {
			t.Fatal(err)
		}
		_, all, err := p.shortened(20)
		if err != nil || all != c.all {
			t.Errorf("%s: %d steps (%v), want %d", c.name, all, err, c.all)
		}
		seconds, err := p.extrapolated()
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		// Two million steps take more than 200 ns each on every machine.
		if many := c.all > 1000; many != (seconds > 0.4) || !many && seconds != 0 {
			t.Errorf("%s: the estimate from steps is %v s", c.name, seconds)
		}
	}
}
