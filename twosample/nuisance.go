package twosample

import (
	"errors"

	"sparker/train"
)

// checkNuisances returns the Check of a method, with a refusal of nuisance parameters if it does
// not profile them.
func checkNuisances(m Method) func(Setup) error {
	return func(s Setup) error {
		if s.Nuisances > 0 && !m.Nuisances {
			return &SetupError{m.Name, PartNuisances, "does not profile nuisance parameters; " +
				"it would take their values for known"}
		}
		if m.Check == nil {
			return nil
		}
		return m.Check(s)
	}
}

// checkSparKer refuses nuisance parameters that the fit cannot have.
func checkSparKer(s Setup) error {
	if s.Nuisances == 0 {
		return nil
	}
	var impossible *train.NuisanceModelError
	if err := train.CheckNuisances(s.Train.Optimizer, s.Loss); errors.As(err, &impossible) {
		return &SetupError{DefaultMethod, PartNuisances, "has nuisance parameters: such a fit " +
			impossible.Reason}
	}
	return nil
}
