package experiments

// An InputError reports that a config, or a file that it names, cannot be used as it stands. It is
// returned before the first fit.
type InputError struct{ Err error }

func (e *InputError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *InputError) Unwrap() error { return e.Err }
