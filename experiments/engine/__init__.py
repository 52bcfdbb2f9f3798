"""From records to ends and tables: both engines behind one signature, and worlds on which any pair of tactics plays."""
