import { catalogue } from '../../shared/catalogue.ts';

export const signInWords = catalogue(
  {
    title: 'Sign in to the support console',
    ended: 'Your session has ended',
    endedText: 'Sign in again: you come back to the same place, and what you wrote is still there.',
    name: 'Name',
    nameAbout: 'As you were given it, such as mara.k',
    password: 'Password',
    code: 'Code',
    codeAbout: 'Six digits from your authenticator app. Each is good once.',
    newPassword: 'New password',
    newPasswordAbout: 'Of your own, in the place of the one that you were given: 12 characters or more.',
    signIn: 'Sign in',
    missing: 'Fill this in.',
    codeFault: 'Enter the six digits that your app shows.',
    wrong: 'Name, password or code is wrong',
    wrongText:
      'Which of them is not said. A code is good once: wait for the next one. After several failures an account is not listened to for a while.',
    choose: 'Choose a password of your own',
    chooseText: 'Everything was right. The password that you were given is good for this alone. Wait for the next code, too.',
  },
  {
    title: 'Anmelden an der Support-Konsole',
    ended: 'Ihre Sitzung ist zu Ende',
    endedText: 'Melden Sie sich wieder an: Sie kommen an dieselbe Stelle zurück, und was Sie geschrieben haben, ist noch da.',
    name: 'Name',
    nameAbout: 'Wie Sie ihn bekommen haben, zum Beispiel mara.k',
    password: 'Passwort',
    code: 'Code',
    codeAbout: 'Sechs Ziffern aus Ihrer Authenticator-App. Jeder gilt einmal.',
    newPassword: 'Neues Passwort',
    newPasswordAbout: 'Ein eigenes anstelle dessen, das Sie bekommen haben: 12 Zeichen oder mehr.',
    signIn: 'Anmelden',
    missing: 'Bitte ausfüllen.',
    codeFault: 'Geben Sie die sechs Ziffern ein, die Ihre App zeigt.',
    wrong: 'Name, Passwort oder Code ist falsch',
    wrongText:
      'Was davon, wird nicht gesagt. Ein Code gilt einmal: warten Sie auf den nächsten. Nach mehreren Fehlversuchen wird ein Konto eine Weile nicht angehört.',
    choose: 'Wählen Sie ein eigenes Passwort',
    chooseText: 'Alles war richtig. Das Passwort, das Sie bekommen haben, gilt nur hierfür. Warten Sie auch auf den nächsten Code.',
  },
);
